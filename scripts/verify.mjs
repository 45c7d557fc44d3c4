// npm run verify: recomputes every promise about stock, money and log from the rows of DATABASE_URL,
// or of the database in DATA_DIR, whether Vitrine is running or not.

import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpPackages } from './setup/setup.mjs'

await main(async () => {
  const env = await setUpPackages()
  const args = ['scripts/dev/rows.ts', 'server/verify.ts', ...process.argv.slice(2)]
  return handOver(node, args, { cwd: root, env })
})
