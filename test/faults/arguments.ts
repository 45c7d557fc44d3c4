import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Misuse, readCommand, seedOf } from '../../scripts/dev/arguments.ts'
import { root } from '../../scripts/dev/settings.ts'

const usage = `npm run faults -- [--seed N] [--report] [a file of test/faults, or words of a title]
npm run faults -- --nodes 1|2 [--seed N] [postgres|redis]`
/** Whose stories can be told of one process and of two; the others are of as many as they need. */
const ofAnyNumber = ['postgres', 'redis']
const options = {
  seed: { type: 'string' },
  nodes: { type: 'string' },
  report: { type: 'boolean', default: false },
} as const

export type Asked = {
  seed: number
  nodes: string | undefined
  report: boolean
  name: string | undefined
}

/** What was asked for; throws Misuse with a sentence. */
export function readArguments(args: string[]): Asked {
  const { values, positionals } = readCommand(usage, { args, options, allowPositionals: true })
  const [name, ...more] = positionals
  if (more.length > 0) throw new Misuse('one name at most; put words in quotes')
  if (values.nodes !== undefined) mustFit(values.nodes, values.report, name)
  return { seed: seedOf(values.seed), nodes: values.nodes, report: values.report, name }
}

function mustFit(nodes: string, report: boolean, name: string | undefined): void {
  if (nodes !== '1' && nodes !== '2') throw new Misuse('--nodes takes 1 or 2')
  if (report) throw new Misuse('--report is of the usual numbers, without --nodes')
  if (name !== undefined && !ofAnyNumber.includes(name)) {
    throw new Misuse(`--nodes is for the stories of ${ofAnyNumber.join(' and ')}`)
  }
}

/** The stories, as vitest is asked for them. */
export function chosen({ name, nodes }: Asked): string[] {
  if (name === undefined && nodes) return ofAnyNumber.map((one) => `test/faults/${one}.test.ts`)
  if (name === undefined) return ['test/faults']
  const file = `test/faults/${name}.test.ts`
  return existsSync(join(root, file)) ? [file] : ['test/faults', '-t', name]
}
