// npm run rehearse: a seeded crowd plays an evening against a show of its own on this machine.

import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpHouse } from './setup/setup.mjs'

await main(async () => {
  const env = await setUpHouse()
  return handOver(node, ['scripts/rehearse/main.ts', ...process.argv.slice(2)], { cwd: root, env })
})
