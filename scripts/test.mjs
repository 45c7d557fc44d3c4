// npm test: sets up what is missing, then runs the tests. Arguments go to vitest: npm test -- races

import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpMedia, setUpTests } from './setup/setup.mjs'

await main(async () => {
  const media = process.argv.some((arg) => arg.includes('test/media'))
  const env = await setUpTests({ media })
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts']
  return handOver(node, [...vitest, ...process.argv.slice(2)], { cwd: root, env })
})
