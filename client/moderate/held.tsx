import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { Badge, Tally } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Segments } from '../ui/segments.tsx'
import { Empty, Failed, Loading } from '../ui/states.tsx'
import { aboutOf } from './acts.ts'
import { secondOf } from './clock.ts'
import { approve, refuse } from './deeds.ts'
import type { Desk } from './desk.ts'
import { markedParts } from './marks.ts'
import { ReportsList, unseenReports } from './reports.tsx'
import type { HeldMessage } from './wire.ts'
import { t, type WordKey } from './words.ts'

type Props = { desk: Desk; onPerson: () => void }
const tabs = ['held', 'reports'] as const

/** What waits for somebody to look at it: held messages, and what viewers reported. */
export function HeldPane({ desk, onPerson }: Props) {
  const open = useSignal<(typeof tabs)[number]>('held')
  const counts = {
    held: desk.held.items.value?.length ?? 0,
    reports: unseenReports(desk).length,
  }
  return (
    <section class="pane" data-pane="held" aria-label={t('held')}>
      <header>
        <Segments
          label={t('held')}
          value={open.value}
          onChoose={(id) => (open.value = id)}
          segments={tabs.map((id) => ({
            value: id,
            label: t(id),
            aside: counts[id] > 0 && <Tally n={counts[id]} />,
          }))}
        />
        {open.value === 'held' && counts.held > 0 && (
          <span class="quieter push held-keys">
            <kbd>A</kbd> {t('approve.key')} <kbd>R</kbd> {t('refuse.key')}
          </span>
        )}
      </header>
      {open.value === 'held' ? (
        <HeldList desk={desk} onPerson={onPerson} />
      ) : (
        <ReportsList desk={desk} onPerson={onPerson} />
      )}
    </section>
  )
}

function HeldList({ desk, onPerson }: Props) {
  const { items, refused, refresh } = desk.held
  if (items.value === null) {
    return refused.value === null ? (
      <Loading />
    ) : (
      <Failed title={t('held.failed')} reference={refused.value.reference} retry={refresh} />
    )
  }
  if (items.value.length === 0) {
    return <Empty icon="shield" title={t('held.none')} help={t('held.none.help')} />
  }
  return (
    <div class="fill">
      {items.value.map((held) => (
        <HeldCard key={held.messageId} desk={desk} held={held} onPerson={onPerson} />
      ))}
    </div>
  )
}

function HeldCard({ desk, held, onPerson }: Props & { held: HeldMessage }) {
  const before = refusedBefore(desk, held.accountId)
  const open = () => {
    desk.person.value = held
    onPerson()
  }
  return (
    <article class="held-msg">
      <p class="why">
        <Badge tone="info">{reasonWords(held.reason)}</Badge>
        {before > 0 && <Badge tone="bad">{t('refused.before', { n: before })}</Badge>}
        <time class="quieter push num" dateTime={held.at}>
          {secondOf(held.at)}
        </time>
      </p>
      <p>
        <b>
          <bdi>{held.displayName}</bdi>
        </b>{' '}
        <bdi>
          <Marked text={held.text} marks={held.marks} />
        </bdi>
      </p>
      <div class="do">
        <Button kind="soft" size="desk" icon="check" onClick={() => void approve(desk, held)}>
          {t('approve')}
        </Button>
        <Button kind="quiet-btn" size="desk" icon="close" onClick={() => void refuse(desk, held)}>
          {t('refuse')}
        </Button>
        <Button
          kind="bare"
          size="desk"
          icon="users"
          aria-label={t('person.of', { name: held.displayName })}
          onClick={open}
        />
      </div>
    </article>
  )
}

const known = new Set<string>(['word', 'show-word', 'link', 'contact'])

/** A reason we do not know yet is still told, in the server's own word. */
function reasonWords(reason: string): string {
  return known.has(reason) ? t(`why.${reason}` as WordKey) : reason
}

function refusedBefore(desk: Desk, accountId: string): number {
  const acts = desk.acts.items.value ?? []
  return acts.filter(
    (act) => act.type === 'chat.refused' && aboutOf(act, 'accountId') === accountId,
  ).length
}

function Marked({ text, marks }: { text: string; marks: string[] }): ComponentChildren {
  return markedParts(text, marks).map((part, i) =>
    part.marked ? <mark key={i}>{part.text}</mark> : part.text,
  )
}
