// The pages, built by Vite when their sources changed since the last time.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { keep } from './keep.ts'
import { root } from './settings.ts'

const built = join(root, 'client', 'dist')
const stamp = join(root, 'node_modules', '.cache', 'vitrine-client')
const sources = ['client', 'shared', 'package-lock.json']

/** Answers whether it had to build. */
export async function buildClient(): Promise<boolean> {
  const hash = clientHash()
  if (existsSync(join(built, 'index.html')) && existsSync(stamp)) {
    if (readFileSync(stamp, 'utf8') === hash) return false
  }
  await buildClientInto(built)
  keep(stamp, hash)
  return true
}

export function buildClientInto(folder: string): Promise<void> {
  return vite(['build', 'client', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'])
}

/** Another hash, other pages. */
export function clientHash(): string {
  return hashOf(sources)
}

export function hasClient(): boolean {
  return existsSync(join(root, 'client', 'index.html'))
}

function vite(args: string[]): Promise<void> {
  const program = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit' })
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error('the pages could not be built, see above')),
    )
  })
}

function hashOf(names: string[]): string {
  const hash = createHash('sha256')
  for (const path of names.flatMap(filesOf))
    hash.update(path).update(readFileSync(join(root, path)))
  return hash.digest('hex')
}

function filesOf(name: string): string[] {
  if (name.endsWith('.json')) return [name]
  const entries = readdirSync(join(root, name), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(built))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()
}
