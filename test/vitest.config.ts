import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Stories that kill and freeze real processes take minutes: `npm run faults`, or a path to them. */
const wantsFaults = process.argv.some((arg) => arg.includes('test/faults'))

export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: {
    include: ['{server,shared,client,scripts,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...(wantsFaults ? [] : ['test/faults/**'])],
    globalSetup: 'test/support/services.ts',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    retry: 0,
  },
})
