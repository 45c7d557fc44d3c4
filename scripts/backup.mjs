// npm run backup -- --out FOLDER: copies a closed house of DATA_DIR's own; refuses a running one.

import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpPackages } from './setup/setup.mjs'

await main(async () => {
  const env = await setUpPackages()
  const args = ['scripts/backup/main.ts', 'backup', ...process.argv.slice(2)]
  return handOver(node, args, { cwd: root, env })
})
