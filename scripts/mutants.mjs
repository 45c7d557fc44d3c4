// npm run mutants: plants faults in a copy of the code, one at a time, and shows that a test notices each.
// Words choose among them: npm run mutants -- refund

import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpTests } from './setup/setup.mjs'

await main(async () => {
  const env = await setUpTests()
  return handOver(node, ['test/mutants/main.ts', ...process.argv.slice(2)], { cwd: root, env })
})
