// npm run faults: what real faults do to a running house, as a table. Each story runs real processes
// of its own; FAULTS_SEED=n repeats a night. Arguments go to vitest: npm run faults -- -t Redis

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpTests } from './setup/setup.mjs'

await main(async () => {
  const env = await setUpTests()
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-faults-'))
  try {
    const report = join(folder, 'rows.jsonl')
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts']
    const args = [...vitest, 'test/faults', ...process.argv.slice(2)]
    const code = await handOver(node, args, { cwd: root, env: { ...env, FAULTS_REPORT: report } })
    if (existsSync(report)) console.log(table(readFileSync(report, 'utf8')))
    return code
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

function table(lines) {
  const rows = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const cells = rows.map(({ fault, how, saw, recoveryMs, invariants, seed }) => {
    const recovery = recoveryMs === null ? '' : (recoveryMs / 1_000).toFixed(1)
    return [fault, how, saw, recovery, invariants, seed]
  })
  const head = [
    'Fault',
    'Brought about by',
    'What clients saw',
    'Recovery, s',
    'Invariants',
    'Seed',
  ]
  const all = [head, head.map(() => '---'), ...cells]
  return ['', ...all.map((row) => `| ${row.join(' | ')} |`), ''].join('\n')
}
