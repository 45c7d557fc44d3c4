import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { root } from '../../scripts/dev/settings.ts'

/** Arguments for Node that run tests as `npm test` does, from the folder of a checkout. */
export const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts']

/** Runs tests in this terminal, and answers the exit code; who interrupts us interrupts them. */
export async function runTests(asked: string[], env: Record<string, string>): Promise<number> {
  const tests = spawn(process.execPath, [...vitest, ...asked], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  })
  const forward = (signal: NodeJS.Signals) => tests.kill(signal)
  process.on('SIGINT', forward).on('SIGTERM', forward)
  const [code] = (await once(tests, 'exit')) as [number | null]
  process.off('SIGINT', forward).off('SIGTERM', forward)
  return code ?? 1
}
