import { useSignal } from '@preact/signals'
import { useCallback } from 'preact/hooks'
import type { Room } from '../api/room.ts'
import { line, tryNow } from '../api/socket.ts'
import { Elapsed } from '../studio/air/elapsed.tsx'
import { PaneTabs } from '../studio/air/panes.tsx'
import { KeysBox } from '../studio/keys.tsx'
import { listOf } from '../studio/source/names.ts'
import { Badge } from '../ui/badge.tsx'
import { Brand } from '../ui/brand.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { useKeys } from '../ui/keys.ts'
import { count } from '../ui/money.ts'
import { Face } from '../ui/pic.tsx'
import { rich } from '../ui/rich.tsx'
import { Strip } from '../ui/states.tsx'
import type { Desk } from './desk.ts'
import { HeldPane } from './held.tsx'
import { press } from './keys.ts'
import { LogPane } from './log.tsx'
import { PersonCardPane } from './person.tsx'
import { unseenReports } from './reports.tsx'
import { ShowPane } from './show-pane.tsx'
import { StreamPane } from './stream.tsx'
import { t } from './words.ts'

type Props = { desk: Desk; room: Room }

/** All on one screen: the show, the chat, what is held, who it is, what was done. */
export function Board({ desk, room }: Props) {
  const open = useSignal('chat')
  const help = useSignal(false)
  const toPerson = useCallback(() => {
    open.value = 'person'
  }, [])
  useKeys({
    press(key) {
      if (key !== '?') return press(desk, key)
      help.value = true
      return true
    },
  })
  const waiting = (desk.held.items.value?.length ?? 0) + unseenReports(desk).length
  return (
    <>
      <Top desk={desk} room={room} onKeys={() => (help.value = true)} />
      <Strips room={room} />
      <main class="cols panes" data-open={open.value}>
        <ShowPane desk={desk} room={room} />
        <StreamPane desk={desk} room={room} onPerson={toPerson} />
        <HeldPane desk={desk} onPerson={toPerson} />
        <section class="pane side" data-pane="person" aria-label={t('person')}>
          <PersonCardPane desk={desk} />
          <LogPane desk={desk} room={room} />
        </section>
      </main>
      <PaneTabs
        label={t('panes')}
        open={open}
        tabs={[
          { id: 'chat', label: t('pane.chat') },
          { id: 'held', label: t('pane.held'), tally: waiting },
          { id: 'person', label: t('pane.person') },
          { id: 'show', label: t('pane.show') },
        ]}
      />
      {help.value && <Keys onClose={() => (help.value = false)} />}
    </>
  )
}

function Top({ desk, room, onKeys }: Props & { onKeys: () => void }) {
  return (
    <header class="desk-top">
      <Brand word={t('moderate')} />
      <h1 class="one-line">{room.show.title}</h1>
      <StatusBadge room={room} />
      <Badge icon="eye">
        <span class="sr">{t('watching', { n: room.viewers })}</span>
        <span class="num" aria-hidden="true">
          {count(room.viewers)}
        </span>
      </Badge>
      <Staff desk={desk} />
      <LinkButton
        kind="quiet-btn"
        size="desk"
        icon="clock"
        class="hide-words"
        href={`/moderate/${room.show.id}/at`}
      >
        <span>{t('at.second')}</span>
      </LinkButton>
      <Button kind="quiet-btn" size="desk" icon="info" class="hide-words keys-btn" onClick={onKeys}>
        <span>
          {t('keys')} <kbd>?</kbd>
        </span>
      </Button>
    </header>
  )
}

function StatusBadge({ room }: { room: Room }) {
  const { startedAt, status } = room.show
  if (status !== 'live' && status !== 'interrupted') {
    return <Badge>{t(status === 'scheduled' ? 'soon' : 'over')}</Badge>
  }
  const elapsed = startedAt !== null && <Elapsed since={startedAt} />
  return status === 'live' ? (
    <Badge tone="live">
      {t('live')} {elapsed}
    </Badge>
  ) : (
    <Badge tone="time" icon="clock">
      {t('away')} {elapsed}
    </Badge>
  )
}

function Staff({ desk }: { desk: Desk }) {
  const mine = desk.store.you.value?.accountId
  const others = (desk.staff.items.value ?? []).filter(({ accountId }) => accountId !== mine)
  const names = others.map(({ displayName }) => displayName)
  return (
    <span class="push row quiet staff">
      <Face name={desk.store.you.value?.displayName ?? ''} small />
      {others.slice(0, 2).map(({ accountId, displayName }) => (
        <Face key={accountId} name={displayName} small />
      ))}
      <span class="one-line">
        {names.length === 0 ? t('you') : t('you.and', { names: listOf(names) })}
      </span>
    </span>
  )
}

function Strips({ room }: { room: Room }) {
  const { status } = room.show
  return (
    <div class="strips">
      {line.value === 'down' && (
        <Strip tone="bad" icon="offline" alert>
          {rich(t('line.down'))}
          <button type="button" class="strip-do" onClick={tryNow}>
            {t('line.try')}
          </button>
        </Strip>
      )}
      {line.value !== 'down' && status === 'interrupted' && (
        <Strip tone="time" icon="clock">
          {rich(t('interrupted'))}
        </Strip>
      )}
      {status === 'ended' && <Strip icon="info">{rich(t('ended'))}</Strip>}
    </div>
  )
}

function Keys({ onClose }: { onClose: () => void }) {
  return (
    <KeysBox
      onClose={onClose}
      keys={[
        { keys: ['↑', '↓'], does: t('key.move') },
        { keys: ['Esc'], does: t('key.leave') },
        { keys: ['D'], does: t('key.remove') },
        { keys: ['M'], does: t('key.mute') },
        { keys: ['B'], does: t('key.ban') },
        { keys: ['P'], does: t('key.pin') },
        { keys: ['A'], does: t('key.approve') },
        { keys: ['R'], does: t('key.refuse') },
        { keys: ['?'], does: t('key.help') },
      ]}
    />
  )
}
