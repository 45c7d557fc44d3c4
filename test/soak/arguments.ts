import { Misuse, readCommand, seedOf } from '../../scripts/dev/arguments.ts'

const parts = ['night', 'sequences'] as const
type Part = (typeof parts)[number]

export type Arguments = { minutes: number; seed: number; report: boolean; parts: readonly Part[] }

const minutesMax = 24 * 60

const usage = `npm run soak -- --minutes N [--seed S] [--report] [--only night|sequences]
  --minutes  how long things are killed, and then how long random tests draw anew: more than 0, at most ${minutesMax}
  --seed     the choices of an earlier night
  --report   writes the outcome of the night into the README
  --only     one of the two`

/** What was asked for; throws with a sentence for the person at the keyboard. */
export function readArguments(given: string[]): Arguments {
  const { values } = readCommand(usage, {
    args: given,
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      report: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  })
  const minutes = Number(values.minutes)
  if (!(minutes > 0 && minutes <= minutesMax)) {
    throw new Misuse(`--minutes takes a number of minutes\n\n${usage}`)
  }
  return { minutes, seed: seedOf(values.seed), report: values.report, parts: partsOf(values.only) }
}

function partsOf(only: string | undefined): readonly Part[] {
  if (only === undefined) return parts
  const part = parts.find((name) => name === only)
  if (part === undefined) throw new Misuse(`--only takes ${parts.join(' or ')}`)
  return [part]
}
