// npm run soak:model -- --minutes 30: random evenings against the model of test/model for so long, from
// another seed each time. Without --minutes: as many as in npm test.

import { parseArgs } from 'node:util'
import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpTests } from './setup/setup.mjs'

await main(async () => {
  const { minutes = '0' } = parseArgs({ options: { minutes: { type: 'string' } } }).values
  const env = { ...(await setUpTests()), MODEL_MINUTES: minutes }
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts']
  return handOver(node, [...vitest, 'test/model/model.test.ts'], { cwd: root, env })
})
