import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { serverNow } from '../api/clock.ts'
import type { ChatMessage, Room } from '../api/room.ts'
import { line } from '../api/socket.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Composer } from '../ui/composer.tsx'
import { isAtEnd } from '../ui/follow.ts'
import { Icon } from '../ui/icon.tsx'
import type { Act } from './acts.ts'
import { aboutOf } from './acts.ts'
import { pinMessage } from './deeds.ts'
import type { Desk } from './desk.ts'
import { press } from './keys.ts'
import { Message } from './message.tsx'
import { t } from './words.ts'

type Props = { desk: Desk; room: Room; onPerson: () => void }

const minuteMs = 60_000
const paceEveryMs = 5_000

/** The talk. One row is in hand; the list stands still while it is read, and counts what came. */
export function StreamPane({ desk, room, onPerson }: Props) {
  const { hand } = desk
  const open = room.show.status !== 'ended' && room.show.status !== 'canceled'
  return (
    <section class="pane" data-pane="chat" aria-label={t('chat')}>
      <header>
        <h2>{t('chat')}</h2>
        <Pace said={desk.said.value} />
        {hand.stopped.value && (
          <button type="button" class="push stopped" onClick={() => hand.letGo()}>
            <Badge icon="clock">{t('stopped')}</Badge>
          </button>
        )}
      </header>
      {room.pinnedMessage !== null && (
        <div class="pinned-line rule">
          <Icon name="pin-full" size="sm" />
          <bdi class="one-line">{room.pinnedMessage.text}</bdi>
          <Button
            kind="bare"
            size="desk"
            class="push"
            onClick={() => void pinMessage(desk, room.pinnedMessage?.messageId ?? null)}
          >
            {t('unpin')}
          </Button>
        </div>
      )}
      <List desk={desk} room={room} onPerson={onPerson} />
      {open && (
        <div class="compose rule">
          <Composer
            state={line.value === 'down' ? 'offline' : 'open'}
            waitUntil={desk.talk.waitUntil.value}
            placeholder={t('write')}
            onSend={desk.talk.send}
          />
        </div>
      )}
    </section>
  )
}

/** How many messages came in the minute until now; it falls, too, while nobody speaks. */
function Pace({ said }: { said: ChatMessage[] }) {
  const [, redraw] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => redraw((n) => n + 1), paceEveryMs)
    return () => clearInterval(timer)
  }, [])
  const since = serverNow() - minuteMs
  const n = said.filter(({ at }) => Date.parse(at) > since).length
  return <span class="quieter num">{t('a.minute', { n })}</span>
}

function List({ desk, room, onPerson }: Props) {
  const { hand } = desk
  const box = useRef<HTMLDivElement>(null)
  const shown = hand.shown.value
  const last = shown.at(-1)?.seq
  const removed = useRemoved(desk, room)
  useLayoutEffect(() => {
    if (!hand.stopped.peek() && box.current !== null)
      box.current.scrollTop = box.current.scrollHeight
  }, [last, hand.stopped.value])
  const onScroll = () => {
    const list = box.current
    if (list === null) return
    hand.hold('scroll', !isAtEnd(list))
  }
  return (
    <div class="stream-box rule">
      <div
        ref={box}
        class="stream"
        role="log"
        aria-live="off"
        aria-label={t('chat')}
        tabIndex={0}
        onKeyDown={(event) => {
          if (/^Arrow(Up|Down)$/.test(event.key) && press(desk, event.key)) event.preventDefault()
        }}
        onScroll={onScroll}
        onPointerEnter={(event) => event.pointerType === 'mouse' && hand.hold('pointer', true)}
        onPointerLeave={() => hand.hold('pointer', false)}
      >
        <span class="talk-top" />
        {shown.length === 0 && <p class="quieter none">{t('chat.none')}</p>}
        {shown.map((message) => (
          <Message
            key={message.messageId}
            desk={desk}
            message={message}
            pinned={room.pinnedMessage?.messageId === message.messageId}
            removed={removed.get(message.messageId)}
            onPerson={onPerson}
          />
        ))}
      </div>
      {hand.stopped.value && hand.waiting.value > 0 && (
        <Button size="desk" icon="down" class="more-below" onClick={() => hand.letGo()}>
          {t('new', { n: hand.waiting.value })}
        </Button>
      )}
    </div>
  )
}

/** Which messages are gone, and by whom as far as the audit has told. */
function useRemoved(desk: Desk, room: Room): Map<string, Act | null> {
  const acts = desk.acts.items.value
  return useMemo(() => {
    const gone = new Map<string, Act | null>()
    for (const one of room.talk) {
      if (one.kind === 'removed' && one.messageId !== null) gone.set(one.messageId, null)
    }
    for (const act of acts ?? []) {
      const id = act.type === 'chat.deleted' ? aboutOf(act, 'messageId') : undefined
      if (id !== undefined) gone.set(id, act)
    }
    return gone
  }, [acts, room.talk])
}
