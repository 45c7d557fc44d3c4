// npm run screenshots: takes the README's pictures again, of the running pages with a real live show.

import { node, root } from './setup/paths.mjs'
import { handOver, main, refuseArguments } from './setup/run.mjs'
import { setUpTests } from './setup/setup.mjs'

await main(async () => {
  refuseArguments('npm run screenshots takes all of them.')
  const env = await setUpTests()
  return handOver(node, ['scripts/dev/screenshots.ts'], { cwd: root, env })
})
