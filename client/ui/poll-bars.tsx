import type { Room } from '../api/room.ts'
import { useRest } from './clocks.tsx'
import { Icon } from './icon.tsx'
import { countdown } from './time.ts'
import { p } from './words-poll.ts'
import './poll.css'

export type Poll = NonNullable<Room['poll']>

export const votesOf = ({ counts }: Poll) => counts.reduce((sum, count) => sum + count, 0)

/** Of a hundred, rounded. */
export function shareOf(poll: Poll, answer: number): number {
  const all = votesOf(poll)
  return all === 0 ? 0 : Math.round((100 * (poll.counts[answer] ?? 0)) / all)
}

/** What the room says: a bar for each answer, one's own marked. */
export function PollBars({ poll, mine }: { poll: Poll; mine?: number | undefined }) {
  return (
    <ol class="poll-bars">
      {poll.answers.map((answer, n) => (
        <li key={answer} style={{ '--share': shareOf(poll, n) / 100 }}>
          {n === mine && <Icon name="check" />}
          <span class="one-line">
            <bdi>{answer}</bdi>
            {n === mine && <span class="sr">{`, ${p('mine')}`}</span>}
          </span>
          <span class="num">{p('share', { n: shareOf(poll, n) })}</span>
        </li>
      ))}
    </ol>
  )
}

/** `128 votes · ends in 0:20`. */
export function PollFacts({ poll }: { poll: Poll }) {
  const rest = useRest(poll.closedAt === null ? poll.endsAt : null)
  return (
    <p class="poll-facts quiet small num">
      {p('votes', { n: votesOf(poll) })}
      {poll.closedAt !== null && ` · ${p('closed')}`}
      {poll.closedAt === null && poll.endsAt !== null && (
        <>
          {` · ${p('ends')} `}
          <time dateTime={poll.endsAt}>{countdown(rest / 1000)}</time>
        </>
      )}
    </p>
  )
}
