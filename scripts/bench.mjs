// npm run bench: measures the hot paths beside other ways of doing the same, in the same run.

import { node, root } from './setup/paths.mjs'
import { wantTellers } from './setup/programs.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpHouse, setUpTests } from './setup/setup.mjs'

await main(async () => {
  const asked = process.argv.slice(2)
  const env = await (asked.includes('glass') ? setUpTests() : setUpHouse())
  if (asked.includes('fanout') && !asked.includes('--quick')) await wantTellers()
  return handOver(node, ['scripts/bench/main.ts', ...asked], { cwd: root, env })
})
