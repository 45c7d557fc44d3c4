// Programs of the machine: found on it, or installed with its package manager.

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathWithoutOurs } from './paths.mjs'
import { step } from './progress.mjs'
import { run, SetUpError, tail } from './run.mjs'

/** The first of these programs that the machine has, as a full path. */
export function find(...names) {
  const folders = [...pathWithoutOurs().split(delimiter), '/usr/local/bin', '/usr/bin', '/usr/sbin']
  for (const name of names) {
    for (const folder of folders) {
      const path = name.startsWith('/') ? name : join(folder, name)
      if (isExecutable(path)) return path
    }
  }
  return undefined
}

/** Whether `install` can work here: Debian and its kin, as root. */
export function canInstall() {
  return process.getuid?.() === 0 && find('apt-get') !== undefined
}

/** Installs Debian packages. A machine just set up knows of none before `apt-get update`. */
export async function install(packages) {
  await step(`installing ${summary(packages)}`, async (tell) => {
    tell('reading package lists')
    await apt(['update'])
    tell('')
    await apt(['install', '-y', '--no-install-recommends', ...packages])
  })
}

async function apt(args) {
  const waitForOthers = ['-q', '-o', 'DPkg::Lock::Timeout=300']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { code, output } = await run('apt-get', [...waitForOthers, ...args], { env })
  if (code === 0) return
  const errors = output.match(/^E: .+$/gm)?.join('\n')
  throw new SetUpError(
    `apt-get ${args.join(' ')} failed:\n${errors ?? tail(output)}`,
    'mend what apt-get says above, then run the same command again.',
  )
}

function summary(packages) {
  return packages.length <= 3
    ? packages.join(', ')
    : `${packages.slice(0, 2).join(', ')} and ${packages.length - 2} more Debian packages`
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
