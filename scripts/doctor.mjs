// npm run doctor: looks at the installation, running or not, and says what to do about each finding.
// Exits 1 when something must be repaired. --json for programs.

import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpPackages } from './setup/setup.mjs'
import { knownWorker } from './setup/worker.mjs'

await main(async () => {
  const env = await setUpPackages()
  const worker = await knownWorker()
  const all = { ...env, ...(worker && { MEDIASOUP_WORKER_BIN: worker }) }
  return handOver(node, ['scripts/doctor/main.ts', ...process.argv.slice(2)], {
    cwd: root,
    env: all,
  })
})
