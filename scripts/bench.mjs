// npm run bench: measures the hot paths beside other ways of doing the same, in the same run.

import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpHouse } from './setup/setup.mjs'

await main(async () => {
  const env = await setUpHouse()
  return handOver(node, ['scripts/bench/main.ts', ...process.argv.slice(2)], { cwd: root, env })
})
