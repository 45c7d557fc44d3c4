import { memo } from 'preact/compat'
import type { ChatMessage } from '../api/room.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { atSecond } from '../ui/time.ts'
import { t as common } from '../ui/words.ts'
import type { Act } from './acts.ts'
import { ban, mute, pinMessage, remove } from './deeds.ts'
import type { Desk } from './desk.ts'
import { mayBeJudged } from './judge.ts'
import { t } from './words.ts'

type Props = {
  desk: Desk
  message: ChatMessage
  inHand: boolean
  pinned: boolean
  /** Undefined: it stands. Null: gone, nobody said yet by whom. */
  removed: Act | null | undefined
  onPerson: () => void
}

/** A row of the stream; a click takes it in hand, and its acts unfold. */
export const Message = memo(function Message(props: Props) {
  const { desk, message, inHand, removed, onPerson } = props
  const gone = removed !== undefined
  const cls = ['msg', inHand && 'own-act', gone && 'gone'].filter(Boolean).join(' ')
  const take = () => {
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
      onDblClick={onPerson}
    >
      <time class="num" dateTime={message.at}>
        {atSecond(message.at)}
      </time>
      <span>
        <Name desk={desk} message={message} />
        {gone ? <Gone desk={desk} text={message.text} act={removed} /> : <bdi>{message.text}</bdi>}
      </span>
      {inHand && !gone && <Acts {...props} />}
    </div>
  )
})

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

function Acts({ desk, message, pinned }: Props) {
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
    </span>
  )
}
