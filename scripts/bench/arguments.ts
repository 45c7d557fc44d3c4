import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Misuse, readCommand, seedOf } from '../dev/arguments.ts'

export type Asked = { bench: string; quick: boolean; json: string | undefined; seed: number }

export const usage = 'npm run bench -- <path> [--quick] [--json FILE] [--seed N]'
const options = {
  quick: { type: 'boolean' },
  json: { type: 'string' },
  seed: { type: 'string' },
} as const

/** Reads what comes after `bench --`; without a path the paths are listed. */
export function readArguments(args: string[], benches: readonly string[]): Asked | 'list' {
  if (args.length === 0 || args[0] === '--help') return 'list'
  const { values, positionals } = readCommand(usage, { args, allowPositionals: true, options })
  const [bench, ...more] = positionals
  const choice = `Choose one of: ${benches.join(', ')}`
  if (bench === undefined) throw new Misuse(`Which path? ${choice}`)
  if (bench === 'report') throw new Misuse('report takes nothing else: npm run bench report')
  if (!benches.includes(bench)) throw new Misuse(`There is no bench "${bench}". ${choice}`)
  if (more.length > 0) throw new Misuse(`One bench at a time, not also "${more.join(' ')}"`)
  const seed = seedOf(values.seed ?? '1')
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
