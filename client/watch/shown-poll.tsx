import { useEffect, useRef, useState } from 'preact/hooks'
import type { Room } from '../api/room.ts'
import { command } from '../api/socket.ts'
import { Button } from '../ui/button.tsx'
import { useRest } from '../ui/clocks.tsx'
import { useFocusKept } from '../ui/focus.ts'
import { type Poll, PollBars, PollFacts, shareOf, votesOf } from '../ui/poll-bars.tsx'
import { tellRefused } from '../ui/refusal.ts'
import { useBusy } from '../ui/use.ts'
import { p } from '../ui/words-poll.ts'
import type { Visit } from './visit.ts'

/** After this long a result is old news. */
const overMs = 60_000

/** The host's question: answers to tap, then what the room says. It leaves a minute after its end. */
export function ShownPoll({ visit, room: { poll } }: { visit: Visit; room: Room }) {
  const fresh = useRest(poll?.closedAt == null ? null : Date.parse(poll.closedAt) + overMs)
  const open = useRest(poll?.endsAt) > 0 || poll?.endsAt === null
  const vote = visit.store.you.value?.answered
  const mine = vote?.pollId === poll?.pollId ? vote?.answer : undefined
  const place = useFocusKept<HTMLElement>(mine)
  if (poll === null || visit.hiddenPoll.value === poll.pollId) return null
  if (poll.closedAt !== null && fresh === 0) return null
  return (
    <section ref={place} class="shown-poll" data-zone="paper" aria-label={p('poll')} tabIndex={-1}>
      <header>
        <h2>
          <bdi>{poll.question}</bdi>
        </h2>
        <Button
          kind="bare"
          size="desk"
          icon="close"
          aria-label={p('hide')}
          onClick={() => (visit.hiddenPoll.value = poll.pollId)}
        />
      </header>
      {poll.closedAt === null && open && mine === undefined ? (
        <Answers visit={visit} poll={poll} />
      ) : (
        <PollBars poll={poll} mine={mine} />
      )}
      <PollFacts poll={poll} />
    </section>
  )
}

function Answers({ visit, poll }: { visit: Visit; poll: Poll }) {
  const [, run] = useBusy(tellRefused)
  const { showId } = visit
  const answer = (n: number) =>
    run(async () => {
      visit.store.keepAnswer(
        await command('poll:answer', { showId, pollId: poll.pollId, answer: n }),
      )
    })
  return (
    <div class="poll-answers">
      {poll.answers.map((words, n) => (
        <Button key={words} kind="soft" onClick={() => answer(n)}>
          <bdi>{words}</bdi>
        </Button>
      ))}
    </div>
  )
}

/** The question, and what came of it, once each. */
export function SpokenPoll({ room: { poll } }: { room: Room }) {
  const [said, setSaid] = useState('')
  const known = useRef<Poll | null>(null)
  useEffect(() => {
    const before = known.current
    known.current = poll
    if (poll === null) return
    if (poll.closedAt === null && before?.pollId !== poll.pollId) {
      setSaid(p('asked', { question: poll.question }))
    }
    if (poll.closedAt !== null && before?.pollId === poll.pollId && before.closedAt === null) {
      setSaid(resultOf(poll))
    }
  }, [poll?.pollId, poll?.closedAt])
  return (
    <p class="sr" role="status">
      {said}
    </p>
  )
}

function resultOf(poll: Poll): string {
  const n = votesOf(poll)
  if (n === 0) return p('over.none')
  const most = Math.max(...poll.counts)
  const ahead = poll.answers.filter((_, i) => poll.counts[i] === most)
  const share = p('share', { n: shareOf(poll, poll.counts.indexOf(most)) })
  const answer = ahead.join(', ')
  return p(ahead.length > 1 ? 'over.tie' : 'over', { answer, share, n: p('votes', { n }) })
}
