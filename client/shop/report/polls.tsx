import { PollBars, PollFacts } from '../../ui/poll-bars.tsx'
import type { Report } from './report.tsx'
import { r } from './words-report.ts'

/** What the room answered. */
export function Polls({ polls }: Pick<Report, 'polls'>) {
  return (
    <section>
      <h2>{r('polls')}</h2>
      <ul class="polls-told">
        {polls.map((poll) => (
          <li key={poll.pollId}>
            <b>
              <bdi>{poll.question}</bdi>
            </b>
            <PollBars poll={poll} />
            <PollFacts poll={poll} />
          </li>
        ))}
      </ul>
    </section>
  )
}
