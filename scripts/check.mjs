// npm run check: format, lint, types, unused code and the lock, all at once. Changes nothing.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { missingFromLock } from './lockfile.mjs'
import { modules, root } from './setup/paths.mjs'
import { elapsed, say } from './setup/progress.mjs'
import { main, refuseArguments, run } from './setup/run.mjs'
import { setUpPackages } from './setup/setup.mjs'

const checks = [
  { name: 'format', run: tool('biome', 'ci', '.'), advice: 'npx biome check --write' },
  { name: 'lint', run: tool('oxlint', '--type-aware') },
  { name: 'types', run: tool('tsc', '-p', 'tsconfig.json') },
  { name: 'types of the client', run: tool('tsc', '-p', 'client/tsconfig.json') },
  { name: 'unused code', run: tool('knip') },
  { name: 'lock file', run: checkLock },
]

await main(async () => {
  refuseArguments('npm run check looks at everything.')
  const env = await setUpPackages()
  const present = checks.filter(({ name }) => name !== 'types of the client' || hasClient())
  const passed = await Promise.all(present.map((check) => report(check, env)))
  return passed.every(Boolean) ? 0 : 1
})

async function report(check, env) {
  const startedAt = Date.now()
  const { code, output } = await check.run(env)
  const isGood = code === 0
  say(`  ${isGood ? '✓' : '✗'} ${check.name} (${elapsed(startedAt)})`)
  if (!isGood) say(`\n${output.trim()}\n`)
  if (!isGood && check.advice) say(`  Most of it is mended by: ${check.advice}\n`)
  return isGood
}

function tool(name, ...args) {
  return (env) => run(join(modules, '.bin', name), args, { cwd: root, env })
}

function checkLock() {
  const missing = missingFromLock()
  return { code: missing.length, output: missing.map((line) => `missing: ${line}`).join('\n') }
}

function hasClient() {
  return existsSync(join(root, 'client', 'index.html'))
}
