// npm run faults: what real faults do to a running house, as a table. Each story runs real processes of
// its own. A name runs the stories of that file or with those words in their title; --seed N repeats
// what a night did by chance; --nodes 1 or 2 runs the stories of Postgres and Redis on so many; --report writes the table into the README, if all stories are green.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpFaults } from './setup/setup.mjs'

const usage = `npm run faults -- [--seed N] [--report] [a file of test/faults, or words of a title]
npm run faults -- --nodes 1|2 [--seed N] [postgres|redis]`
const badArguments = 2
/** Whose stories can be told of one process and of two; the others are of as many as they need. */
const ofAnyNumber = ['postgres', 'redis']

await main(async () => {
  const asked = read(process.argv.slice(2))
  if (!asked) return badArguments
  const env = await setUpFaults()
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-faults-'))
  try {
    const rows = join(folder, 'rows.jsonl')
    const nodes = asked.nodes && { FAULTS_NODES: asked.nodes }
    const more = { FAULTS_REPORT: rows, FAULTS_SEED: String(asked.seed), ...nodes }
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts']
    const args = [...vitest, ...chosen(asked)]
    const code = await handOver(node, args, { cwd: root, env: { ...env, ...more } })
    const text = existsSync(rows) ? table(readFileSync(rows, 'utf8')) : ''
    const same = `${asked.nodes ? `--nodes ${asked.nodes} ` : ''}--seed ${asked.seed}`
    console.log(`\n${text}\n\nAgain: npm run faults -- ${same} ${asked.name ?? ''}`)
    if (asked.report && code === 0) writeIntoReadme(text)
    return code
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

function read(args) {
  try {
    const options = {
      seed: { type: 'string' },
      nodes: { type: 'string' },
      report: { type: 'boolean', default: false },
    }
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
    if (!Number.isInteger(seed) || seed < 0) throw new Error('--seed takes a whole number')
    if (positionals.length > 1) throw new Error('one name at most; put words in quotes')
    const [name] = positionals
    if (values.nodes !== undefined) mustFit(values, name)
    return { seed, nodes: values.nodes, report: values.report, name }
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`)
    return undefined
  }
}

function mustFit({ nodes, report }, name) {
  if (nodes !== '1' && nodes !== '2') throw new Error('--nodes takes 1 or 2')
  if (report) throw new Error('--report is of the usual numbers, without --nodes')
  if (name !== undefined && !ofAnyNumber.includes(name)) {
    throw new Error(`--nodes is for the stories of ${ofAnyNumber.join(' and ')}`)
  }
}

function chosen({ name, nodes }) {
  if (name === undefined && nodes) return ofAnyNumber.map((one) => `test/faults/${one}.test.ts`)
  if (name === undefined) return ['test/faults']
  const file = `test/faults/${name}.test.ts`
  return existsSync(join(root, file)) ? [file] : ['test/faults', '-t', name]
}

function table(lines) {
  const rows = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .sort((a, b) => numberOf(a.line) - numberOf(b.line))
  const cells = rows.map(({ line, fault, how, saw, canary, recoveryMs, invariants }) => {
    const recovery = recoveryMs === null ? '' : (recoveryMs / 1_000).toFixed(1)
    return [line, fault, how, saw, canary, recovery, invariants]
  })
  const head = [
    '#',
    'Fault',
    'Brought about by',
    'What clients saw',
    'The show beside it',
    'Well again, s',
    'Invariants',
  ]
  const all = [head, head.map(() => '---'), ...cells]
  return all.map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function numberOf(line) {
  return Number(line.slice(1))
}

/** Between the markers of the section "What it survives". */
function writeIntoReadme(text) {
  const path = join(root, 'README.md')
  const [open, close] = ['<!-- faults -->', '<!-- /faults -->']
  const readme = readFileSync(path, 'utf8')
  const [from, to] = [readme.indexOf(open), readme.indexOf(close)]
  if (from < 0 || to < from) throw new Error(`the README has no ${open} … ${close}`)
  writeFileSync(path, `${readme.slice(0, from + open.length)}\n${text}\n${readme.slice(to)}`)
}
