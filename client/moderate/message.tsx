import type { ChatMessage } from '../api/room.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { t as common } from '../ui/words.ts'
import type { Act } from './acts.ts'
import { secondOf } from './clock.ts'
import { ban, mute, pinMessage, remove } from './deeds.ts'
import type { Desk } from './desk.ts'
import { mayBeJudged } from './judge.ts'
import { t } from './words.ts'

type Props = {
  desk: Desk
  message: ChatMessage
  pinned: boolean
  /** Undefined: it stands. Null: gone, nobody said yet by whom. */
  removed: Act | null | undefined
  onPerson: () => void
}

/**
 * A row of the stream; a click takes it in hand, and its acts unfold. It reads a signal, so it is
 * drawn again only when that or its own props change: a new message draws one row, not hundreds.
 */
export function Message(props: Props) {
  const { desk, message, removed } = props
  const inHand = desk.hand.messageId.value === message.messageId
  const gone = removed !== undefined
  const cls = ['msg', inHand && 'own-act', gone && 'gone'].filter(Boolean).join(' ')
  /** A second click lets go, and the list reads on. */
  const take = () => {
    if (inHand) return desk.hand.letGo()
    desk.hand.take(message.messageId)
    desk.person.value = message
  }
  return (
    <div
      id={`m${message.messageId}`}
      class={cls}
      tabIndex={inHand ? 0 : -1}
      role="article"
      aria-current={inHand || undefined}
      aria-label={t('row.label', { name: message.displayName, text: message.text })}
      onClick={take}
    >
      <time class="num" dateTime={message.at}>
        {secondOf(message.at)}
      </time>
      <span>
        <Name desk={desk} message={message} />
        {gone ? <Gone desk={desk} text={message.text} act={removed} /> : <bdi>{message.text}</bdi>}
      </span>
      {inHand && !gone && <Acts {...props} />}
    </div>
  )
}

function Name({ desk, message }: { desk: Desk; message: ChatMessage }) {
  const { role, displayName, accountId } = message
  const own = accountId === desk.store.you.value?.accountId
  return (
    <span class="who">
      {(role === 'moderator' || role === 'admin') && <Icon name="shield-full" />}
      <bdi>{own ? t('you.tag', { name: displayName }) : displayName}</bdi>
      {role === 'host' && <span class="badge host">{common('host')}</span>}
    </span>
  )
}

function Gone({ desk, text, act }: { desk: Desk; text: string; act: Act | null }) {
  const mine = act?.by?.accountId === desk.store.you.value?.accountId
  const reason = act?.reason ?? ''
  const words =
    act === null || act.by === null
      ? t('removed')
      : mine
        ? t('removed.by.you', { reason })
        : t('removed.by', { name: act.by.displayName, reason })
  return (
    <>
      <bdi class="txt">{text}</bdi> <small>{words}</small>
    </>
  )
}

function Acts({ desk, message, pinned, onPerson }: Props) {
  const may = mayBeJudged(desk, message)
  return (
    <span class="acts" onClick={(event) => event.stopPropagation()}>
      {may && (
        <>
          <Button size="desk" onClick={() => void remove(desk, message)}>
            {t('remove')} <kbd>D</kbd>
          </Button>
          <Button size="desk" onClick={() => void mute(desk, message)}>
            {t('mute')} <kbd>M</kbd>
          </Button>
          <Button size="desk" onClick={() => void ban(desk, message)}>
            {t('ban')} <kbd>B</kbd>
          </Button>
        </>
      )}
      <Button
        size="desk"
        icon={pinned ? 'pin-full' : 'pin'}
        aria-label={t(pinned ? 'unpin.message' : 'pin.message')}
        onClick={() => void pinMessage(desk, message.messageId)}
      />
      <Button
        size="desk"
        icon="users"
        class="narrow-only"
        aria-label={t('person.of', { name: message.displayName })}
        onClick={onPerson}
      />
    </span>
  )
}
