// npm run soak -- --minutes N: a whole night in N minutes. Two web processes, fifty buyers, and something
// killed every few seconds; at the end everything is recounted. --seed S repeats the choices of a night,
// --report writes the outcome into the README.

import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpHouse } from './setup/setup.mjs'

await main(async () => {
  const env = await setUpHouse()
  return handOver(node, ['test/soak/main.ts', ...process.argv.slice(2)], { cwd: root, env })
})
