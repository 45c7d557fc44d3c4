import type { PollCounts, ShownPoll } from '../wire/polls.ts'

/** The last count is told by the close: no pulse changes it any more. */
export function counted(poll: ShownPoll | null, pulse: PollCounts | undefined): ShownPoll | null {
  const isItsOwn = poll?.closedAt === null && poll.pollId === pulse?.pollId
  return isItsOwn ? { ...poll, counts: pulse.counts } : poll
}
