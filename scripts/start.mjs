// npm start: sets up what is missing, then runs Vitrine. npm run dev: the same, reloading the pages.

import { node, root } from './setup/paths.mjs'
import { handOver, main } from './setup/run.mjs'
import { setUpStart } from './setup/setup.mjs'

await main(async () => {
  const env = await setUpStart()
  const dev = process.argv.includes('--dev') && { VITRINE_DEV: '1' }
  return handOver(node, ['scripts/dev/run.ts'], { cwd: root, env: { ...env, ...dev } })
})
