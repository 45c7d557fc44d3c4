// Where things are: this checkout, its Node 24, and the cache that outlives it.

import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const modules = join(root, 'node_modules')

/** Node 24, which the `node` package brings: everything but the bootstrap runs on it. */
export const node = join(modules, '.bin', 'node')

/** The first `node` on PATH is whatever came with the machine, or ours: this is PATH without ours. */
export function pathWithoutOurs() {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.filter((folder) => !folder.startsWith(modules)).join(delimiter)
}

export function pathWithOurs() {
  return [join(modules, '.bin'), pathWithoutOurs()].join(delimiter)
}

/** What took minutes to make is kept here and serves every checkout of this user. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vitrine')

const retryAfterMs = 24 * 3600_000

/** Whether this file in the cache says of today that something failed, which is then not waited for again. */
export function failedLately(mark) {
  return existsSync(mark) && Date.now() - statSync(mark).mtimeMs < retryAfterMs
}
