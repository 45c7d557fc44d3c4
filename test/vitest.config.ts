import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Stories that kill and freeze real processes take minutes: `npm run faults`, or a path to them. */
const asked = (folder: string) => process.argv.some((arg) => arg.includes(folder))
/** Browsers, encoders and several nodes take minutes too: `npm run test:media`. Here, the way to a picture. */
const long = [
  ...(asked('test/faults') ? [] : ['test/faults/**']),
  ...(asked('test/media') ? [] : ['test/media/!(show).test.ts']),
]

export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: {
    include: ['{server,shared,client,scripts,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...long],
    globalSetup: 'test/support/services.ts',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes in a moment; on a busy machine that is longer than the second it would be.
    expect: { poll: { timeout: 10_000 } },
    retry: 0,
  },
})
