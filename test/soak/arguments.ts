import { parseArgs } from 'node:util'

export type Arguments = { minutes: number; seed: number; report: boolean }

const minutesMax = 24 * 60
const seedMax = 2 ** 31

export const usage = `npm run soak -- --minutes N [--seed S] [--report]
  --minutes  how long things are killed, more than 0 and at most ${minutesMax}
  --seed     the choices of an earlier night, 0 to ${seedMax - 1}
  --report   writes the outcome into the README`

/** What was asked for; throws with a sentence for the person at the keyboard. */
export function readArguments(given: string[]): Arguments {
  const { values } = parseArgs({
    args: given,
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      report: { type: 'boolean', default: false },
    },
  })
  const minutes = Number(values.minutes ?? Number.NaN)
  if (!(minutes > 0 && minutes <= minutesMax))
    throw new Error('--minutes takes a number of minutes')
  const seed = Number(values.seed ?? Math.floor(Math.random() * seedMax))
  if (!Number.isInteger(seed) || seed < 0 || seed >= seedMax) {
    throw new Error('--seed takes a whole number')
  }
  return { minutes, seed, report: values.report }
}
