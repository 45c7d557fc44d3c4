// npm run faults: what real faults do to a running house, as a table. Each story runs real processes of
// its own. A name runs the stories of that file or with those words in their title; --seed N repeats
// what a night did by chance; --nodes 1 or 2 runs the stories of Postgres and Redis on so many; --report
// writes the table into the README, if all stories are green.

import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpFaults } from './setup/setup.mjs'

await main(async () => {
  const env = await setUpFaults()
  return handOver(node, ['test/faults/main.ts', ...process.argv.slice(2)], { cwd: root, env })
})
