import { type Finding, ok, warn } from './finding.ts'

/** The quickest of a few answers takes no longer on one machine or in one network. */
const nearMs = 5
const here = /^(localhost|127\..*|\[?::1\]?|\/.*|)$/

type Answered = { ms: number; host: string; waits: string }

/** How soon a server answers, and what helps where that is late: who is here already cannot come nearer. */
export function judgeNearness(check: string, says: string, { ms, host, waits }: Answered): Finding {
  if (ms <= nearMs) return ok(check, says)
  if (here.test(host))
    return warn(
      check,
      `${says} from this very machine: one of the two is busy`,
      `See what else runs here (\`top\`), and give it room: ${waits}.`,
    )
  return warn(check, says, `Put it on the same machine or network: ${waits}.`)
}
