import { useSignal } from '@preact/signals'
import type { Room } from '../api/room.ts'
import { line } from '../api/socket.ts'
import { Tally } from '../ui/badge.tsx'
import { Composer } from '../ui/composer.tsx'
import type { Desk } from './desk.ts'
import { LatestOrders, OrdersList } from './orders-list.tsx'
import { questionsOf } from './questions.ts'
import { AskedList, TalkList } from './talk-list.tsx'
import { t } from './words.ts'

const tabs = ['chat', 'questions', 'orders'] as const

/** What is said, what is asked, what is sold. */
export function TalkPane({ desk, room }: { desk: Desk; room: Room }) {
  const open = useSignal<(typeof tabs)[number]>('chat')
  const asked = questionsOf(desk.showId, room)
  const step = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    const next = tabs[(tabs.indexOf(open.value) + by + tabs.length) % tabs.length]
    if (next !== undefined) open.value = next
    const list = event.currentTarget
    queueMicrotask(() => {
      if (list instanceof HTMLElement) list.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
    })
  }
  return (
    <section class="pane" data-pane="talk" aria-label={t('talk.label')}>
      <header>
        <div class="seg" role="tablist" aria-label={t('talk.label')} onKeyDown={step}>
          {tabs.map((id) => (
            <button
              key={id}
              type="button"
              role="tab"
              aria-selected={open.value === id}
              tabIndex={open.value === id ? 0 : -1}
              onClick={() => (open.value = id)}
            >
              {t(id)} {id === 'questions' && asked.length > 0 && <Tally n={asked.length} />}
            </button>
          ))}
        </div>
      </header>
      {open.value === 'chat' && (
        <>
          <LatestOrders takings={desk.takings} />
          <TalkList desk={desk} room={room} />
        </>
      )}
      {open.value === 'questions' && <AskedList showId={desk.showId} asked={asked} />}
      {open.value === 'orders' && <OrdersList takings={desk.takings} />}
      <div class="compose rule">
        <Composer
          state={line.value === 'down' ? 'offline' : 'open'}
          waitUntil={desk.talk.waitUntil.value}
          placeholder={t('talk.say')}
          onSend={desk.talk.send}
        />
      </div>
    </section>
  )
}
