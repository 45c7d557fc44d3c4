import { useSignal } from '@preact/signals'
import type { Room } from '../../api/room.ts'
import { line } from '../../api/socket.ts'
import { Tally } from '../../ui/badge.tsx'
import { Composer } from '../../ui/composer.tsx'
import { Segments } from '../../ui/segments.tsx'
import type { Desk } from '../desk.ts'
import { t } from '../words.ts'
import { LatestOrders, OrdersList } from './orders-list.tsx'
import { questionsOf } from './questions.ts'
import { AskedList, TalkList } from './talk-list.tsx'

const tabs = ['chat', 'questions', 'orders'] as const

/** What is said, what is asked, what is sold. */
export function TalkPane({ desk, room }: { desk: Desk; room: Room }) {
  const open = useSignal<(typeof tabs)[number]>('chat')
  const asked = questionsOf(desk.showId, room)
  return (
    <section class="pane" data-pane="talk" aria-label={t('talk.label')}>
      <header>
        <Segments
          label={t('talk.label')}
          value={open.value}
          onChoose={(id) => (open.value = id)}
          segments={tabs.map((id) => ({
            value: id,
            label: t(id),
            aside: id === 'questions' && asked.length > 0 && <Tally n={asked.length} />,
          }))}
        />
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
