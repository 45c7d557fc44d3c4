import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { root } from '../../scripts/dev/settings.ts'
import { runTests } from '../support/vitest.ts'

/** Runs every random test again and again, each time from another seed; ends early with the first red one. */
export async function drawAnew(minutes: number, firstSeed: number): Promise<number> {
  const files = randomTests()
  const ends = performance.now() + minutes * 60_000
  for (let round = 0; performance.now() < ends; round++) {
    const SEED = String((firstSeed + round * 1_000_003) % 2 ** 31)
    console.log(`Round ${round + 1}: SEED=${SEED}, ${files.length} files.`)
    const code = await runTests(files, { SEED })
    if (code !== 0) return code
  }
  return 0
}

/** The tests that draw: all of them take their seed from one place. */
function randomTests(): string[] {
  const draws = (file: string) => readFileSync(resolve(root, file), 'utf8').includes('/random.ts')
  return globSync('{server,shared,client,test}/**/*.test.ts', { cwd: root }).filter(draws)
}
