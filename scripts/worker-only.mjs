// node scripts/worker-only.mjs PATH: a media worker for this machine, put there. For images.

import { copyFileSync } from 'node:fs'
import { Misuse, main, SetUpError } from './setup/run.mjs'
import { ensureWorker } from './setup/worker.mjs'

await main(async () => {
  const [to, ...more] = process.argv.slice(2)
  if (!to || more.length > 0) throw new Misuse('node scripts/worker-only.mjs PATH')
  const worker = await ensureWorker()
  if (!worker) throw new SetUpError('There is no media worker for this machine.')
  copyFileSync(worker, to)
  return 0
})
