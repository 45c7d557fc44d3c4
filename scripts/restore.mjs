// npm run restore -- --from FOLDER: puts a copy into an empty DATA_DIR, every file checked.

import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpPackages } from './setup/setup.mjs'

await main(async () => {
  const env = await setUpPackages()
  const args = ['scripts/backup/main.ts', 'restore', ...process.argv.slice(2)]
  return handOver(node, args, { cwd: root, env })
})
