import { readCommand, seedOf, whole } from '../dev/arguments.ts'
import { secondsMin } from './crowd.ts'

export type Asked = { viewers: number; seconds: number; seed: number }

const usage = `npm run rehearse -- [--viewers 500] [--seconds 60] [--seed N]
A seeded crowd watches, talks, buys, drops out and misbehaves at a show of its own on this machine:
own database, own Redis, the test bank. Nothing of your shop is read or touched.`

/** Descriptors of one process: about so many viewers fit beside everything else. */
const viewersMax = 10_000
const secondsMax = 180
const text = { type: 'string' } as const

/** Throws Misuse with a sentence. */
export function readArguments(args: string[]): Asked {
  const { values } = readCommand(usage, {
    args,
    options: { viewers: text, seconds: text, seed: text },
  })
  return {
    viewers: whole('viewers', values.viewers ?? '500', 10, viewersMax),
    seconds: whole('seconds', values.seconds ?? '60', secondsMin, secondsMax),
    seed: seedOf(values.seed),
  }
}
