import { type ParseArgsConfig, parseArgs } from 'node:util'

/** What was typed cannot be done: told in a sentence, exit 2. */
export class Misuse extends Error {}

const misuseCode = 2

/** Somebody asked how it goes. */
class Help extends Error {}

/** Reads a command line as Node does; what does not fit is told, and how it goes. */
export function readCommand<T extends ParseArgsConfig>(
  usage: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  if ((config.args ?? process.argv).includes('--help')) throw new Help(usage)
  const kept = Object.keys(config.options ?? {}).find(isKeptByNpm)
  if (kept !== undefined) {
    throw new Misuse(`npm kept --${kept} for itself: write -- before the options.\n\n${usage}`)
  }
  try {
    return parseArgs(config)
  } catch (error) {
    const [sentence] = (error as Error).message.split('. To specify')
    throw new Misuse(`${sentence}\n\n${usage}`)
  }
}

/**
 * `npm run bench drop --quick`: npm takes the option, and the run would be a long one. (`--json` is also an
 * option of npm's own, which may stand in somebody's settings.)
 */
const isKeptByNpm = (option: string) =>
  option !== 'json' && process.env[`npm_config_${option}`] !== undefined

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

/** Tells a misuse, or how it goes, and answers the exit code; anything else is thrown on. */
export function toldMisuse(error: unknown): number {
  if (error instanceof Help) {
    console.log(error.message)
    return 0
  }
  if (!(error instanceof Misuse)) throw error
  console.error(error.message)
  return misuseCode
}
