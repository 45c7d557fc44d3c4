import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'

export type Asked = { bench: string; quick: boolean; json: string | undefined; seed: number }

/** What was typed cannot be done: told in a sentence, exit 2. */
export class Misuse extends Error {}

/** Reads `bench <path> [--quick] [--json FILE] [--seed N]`; without a path the paths are listed. */
export function readArguments(args: string[], benches: readonly string[]): Asked | 'list' {
  const { values, positionals } = parse(args)
  const [bench, ...more] = positionals
  const choice = `Choose one of: ${benches.join(', ')}`
  if (bench === undefined) {
    if (args.length === 0) return 'list'
    throw new Misuse(`Which path? ${choice}`)
  }
  if (!benches.includes(bench)) throw new Misuse(`There is no bench "${bench}". ${choice}`)
  if (more.length > 0) throw new Misuse(`One bench at a time, not also "${more.join(' ')}"`)
  const seed = Number(values.seed ?? 1)
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new Misuse(`--seed ${values.seed}: give a whole number from 0`)
  }
  if (values.json !== undefined) refuseNoFile(values.json)
  return { bench, quick: values.quick ?? false, json: values.json, seed }
}

/** Before minutes of measuring, not after them. */
function refuseNoFile(file: string): void {
  const folder = dirname(file)
  if (!existsSync(folder)) throw new Misuse(`--json ${file}: there is no folder ${folder}`)
  if (existsSync(file) && statSync(file).isDirectory()) {
    throw new Misuse(`--json ${file}: that is a folder; give a file`)
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        quick: { type: 'boolean' },
        json: { type: 'string' },
        seed: { type: 'string' },
      },
    })
  } catch (error) {
    throw new Misuse(error instanceof Error ? error.message : String(error))
  }
}
