// npm run soak -- --minutes N: a whole night in N minutes. Two web processes, fifty buyers, and something
// killed every few seconds; at the end everything is recounted. Then, for as long again, every random test
// draws from other seeds. --seed S repeats the choices, --report writes the night's outcome into the README.

import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpTests } from './setup/setup.mjs'

await main(async () => {
  const env = await setUpTests()
  return handOver(node, ['test/soak/main.ts', ...process.argv.slice(2)], { cwd: root, env })
})
