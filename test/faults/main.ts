import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askedOf } from '../../scripts/dev/arguments.ts'
import { writeBetween } from '../../scripts/dev/readme.ts'
import { tableOf } from '../support/night/report.ts'
import { runTests } from '../support/vitest.ts'
import { chosen, readArguments } from './arguments.ts'

// Tells the stories that were asked for, and makes the table of what they found.

const asked = askedOf(() => readArguments(process.argv.slice(2)))
const folder = mkdtempSync(join(tmpdir(), 'vitrine-faults-'))
try {
  const rows = join(folder, 'rows.jsonl')
  const code = await runTests(chosen(asked), {
    FAULTS_REPORT: rows,
    FAULTS_SEED: String(asked.seed),
    ...(asked.nodes && { FAULTS_NODES: asked.nodes }),
  })
  const table = existsSync(rows) ? tableOf(readFileSync(rows, 'utf8')) : ''
  const nodes = asked.nodes ? ` --nodes ${asked.nodes}` : ''
  const name = asked.name ? ` "${asked.name}"` : ''
  console.log(`\n${table}\n\nAgain: npm run faults -- --seed ${asked.seed}${nodes}${name}`)
  if (asked.report && code === 0) writeBetween('faults', table)
  process.exitCode = code
} finally {
  rmSync(folder, { recursive: true, force: true })
}
