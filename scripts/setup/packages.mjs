// The npm packages, installed exactly as package-lock.json says.

import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { modules, node, pathWithoutOurs, root } from './paths.mjs'
import { step } from './progress.mjs'
import { run, SetUpError, tail } from './run.mjs'

export async function ensurePackages() {
  if (isInstalled()) return
  refuseLink()
  await step('installing the npm packages', async () => {
    // npm must not run on the Node that it is about to delete.
    const env = { ...process.env, PATH: pathWithoutOurs() }
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
    const { code, output } = await run('npm', args, { cwd: root, env })
    if (code !== 0) {
      throw new SetUpError(
        `npm ci failed:\n${tail(output)}`,
        'check that the npm registry can be reached, then run the same command again.',
      )
    }
  })
}

/** npm ci empties the folder first: through a link it would empty another checkout's. */
function refuseLink() {
  if (!lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) return
  throw new SetUpError(
    'node_modules is a link, and what it leads to is not what package-lock.json says',
    'install the packages there, or remove the link, then run the same command again.',
  )
}

/** npm leaves its own record of what it installed; nothing to do while it agrees with the lock. */
function isInstalled() {
  const record = join(modules, '.package-lock.json')
  if (!existsSync(record) || !existsSync(node)) return false
  const installed = readPackages(record)
  return Object.entries(readPackages(join(root, 'package-lock.json'))).every(
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional && !installed[path]),
  )
}

function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages
}
