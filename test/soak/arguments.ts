import { parseArgs } from 'node:util'

const parts = ['night', 'sequences'] as const
type Part = (typeof parts)[number]

export type Arguments = { minutes: number; seed: number; report: boolean; parts: readonly Part[] }

const minutesMax = 24 * 60
const seedMax = 2 ** 31

export const usage = `npm run soak -- --minutes N [--seed S] [--report] [--only night|sequences]
  --minutes  how long things are killed, and then how long random tests draw anew: more than 0, at most ${minutesMax}
  --seed     the choices of an earlier night, 0 to ${seedMax - 1}
  --report   writes the outcome of the night into the README
  --only     one of the two`

/** What was asked for; throws with a sentence for the person at the keyboard. */
export function readArguments(given: string[]): Arguments {
  const { values } = parseArgs({
    args: given,
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      report: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  })
  const minutes = Number(values.minutes ?? Number.NaN)
  if (!(minutes > 0 && minutes <= minutesMax))
    throw new Error('--minutes takes a number of minutes')
  const seed = Number(values.seed ?? Math.floor(Math.random() * seedMax))
  if (!Number.isInteger(seed) || seed < 0 || seed >= seedMax) {
    throw new Error('--seed takes a whole number')
  }
  return { minutes, seed, report: values.report, parts: partsOf(values.only) }
}

function partsOf(only: string | undefined): readonly Part[] {
  if (only === undefined) return parts
  const part = parts.find((name) => name === only)
  if (part === undefined) throw new Error(`--only takes ${parts.join(' or ')}`)
  return [part]
}
