import { parseArgs } from 'node:util'
import { Misuse } from '../bench/arguments.ts'
import { secondsMin } from './crowd.ts'

export type Asked = { viewers: number; seconds: number; seed: number }

export const usage = `npm run rehearse -- [--viewers 500] [--seconds 60] [--seed N]
A seeded crowd watches, talks, buys, drops out and misbehaves at a show of its own on this machine:
own database, own Redis, the test bank. Nothing of your shop is read or touched.`

/** Descriptors of one process: about so many viewers fit beside everything else. */
const viewersMax = 10_000
const secondsMax = 180

/** Throws Misuse with a sentence. Without a seed one is drawn, and printed by whoever runs. */
export function readArguments(args: string[], draw: () => number): Asked {
  const given = parse(args)
  return {
    viewers: whole('viewers', given.viewers ?? '500', 10, viewersMax),
    seconds: whole('seconds', given.seconds ?? '60', secondsMin, secondsMax),
    seed: whole('seed', given.seed ?? String(draw()), 0, 2 ** 31 - 1),
  }
}

function parse(args: string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({ args, options: { viewers: text, seconds: text, seed: text } }).values
  } catch (error) {
    throw new Misuse(`${error instanceof Error ? error.message : error}\n\n${usage}`)
  }
}

function whole(name: string, given: string, min: number, max: number): number {
  const value = Number(given)
  if (/^\d+$/.test(given) && value >= min && value <= max) return value
  throw new Misuse(`--${name} ${given}: give a whole number from ${min} to ${max}`)
}
