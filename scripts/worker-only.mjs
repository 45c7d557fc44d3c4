// node scripts/worker-only.mjs PATH: a media worker for this machine, put there. For images.

import { copyFileSync } from 'node:fs'
import { main, SetUpError } from './setup/run.mjs'
import { ensureWorker } from './setup/worker.mjs'

await main(async () => {
  const [to] = process.argv.slice(2)
  if (!to) throw new SetUpError('Say where to put the worker.')
  const worker = await ensureWorker()
  if (!worker) throw new SetUpError('There is no media worker for this machine.')
  copyFileSync(worker, to)
  return 0
})
