import { type ParseArgsConfig, parseArgs } from 'node:util'

/** What was typed cannot be done: told in a sentence, exit 2. */
export class Misuse extends Error {}

const misuseCode = 2

/** Reads a command line as Node does; what does not fit is told, and how it goes. */
export function readCommand<T extends ParseArgsConfig>(
  usage: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    throw new Misuse(`${(error as Error).message}\n\n${usage}`)
  }
}

/** An option that takes a whole number. */
export function whole(name: string, given: string, min: number, max: number): number {
  const value = Number(given)
  if (/^\d+$/.test(given) && value >= min && value <= max) return value
  throw new Misuse(`--${name} ${given}: give a whole number from ${min} to ${max}`)
}

/** Where seeds end. */
const seedMax = 2 ** 31 - 1

/** The seed that was given, or one that is drawn; whoever runs prints it, so that it can be given. */
export function seedOf(given: string | undefined): number {
  return given === undefined
    ? Math.floor(Math.random() * seedMax)
    : whole('seed', given, 0, seedMax)
}

/** For an entry: what was asked for, or its sentence and the end. */
export function askedOf<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    process.exit(toldMisuse(error))
  }
}

/** Tells a misuse and answers its exit code; anything else is thrown on. */
export function toldMisuse(error: unknown): number {
  if (!(error instanceof Misuse)) throw error
  console.error(error.message)
  return misuseCode
}
