// npm start: sets up what is missing, then runs Vitrine. npm run dev: the same, reloading the pages.

import { node, root } from './setup/paths.mjs'
import { handOver, main, refuseArguments } from './setup/run.mjs'
import { setUpStart } from './setup/setup.mjs'

const usage = 'npm start and npm run dev take settings by environment: PORT=3001 npm start'

await main(async () => {
  const args = process.argv.slice(2)
  const isDev = args[0] === '--dev'
  refuseArguments(usage, isDev ? args.slice(1) : args)
  const env = await setUpStart()
  const dev = isDev && { VITRINE_DEV: '1' }
  return handOver(node, ['scripts/dev/run.ts'], { cwd: root, env: { ...env, ...dev } })
})
