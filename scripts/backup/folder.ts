// A folder copied file by file, with a manifest that says what was in it: a copy that is cut off, damaged
// or mixed with another is found out before anything stands on it.

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, existsSync, openSync, readSync, writeSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const manifestName = 'manifest.json'
const format = 1
const pieceBytes = 1024 * 1024

type Entry = { path: string; mode: number }
export type Manifest = {
  format: number
  madeAt: string
  folders: Entry[]
  files: (Entry & { bytes: number; sha256: string })[]
}

/** What is refused, told for the person at the keyboard. */
export class Refused extends Error {}

/** Copies all but what `leaves` out into a folder that appears whole or not at all. */
export async function copyOut(
  from: string,
  to: string,
  leaves: (path: string) => boolean,
): Promise<Manifest> {
  const unfinished = `${to}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(join(unfinished, 'data'), { recursive: true, mode: 0o700 })
  const manifest: Manifest = { format, madeAt: new Date().toISOString(), folders: [], files: [] }
  for (const { path, isFolder } of await listed(from, leaves)) {
    const mode = (await stat(join(from, path))).mode & 0o777
    if (isFolder) {
      manifest.folders.push({ path, mode })
      await mkdir(join(unfinished, 'data', path), { recursive: true })
    } else {
      const { bytes, sha256 } = copyFile(join(from, path), join(unfinished, 'data', path), 0o600)
      manifest.files.push({ path, mode, bytes, sha256 })
    }
  }
  const text = `${JSON.stringify(manifest, null, 1)}\n`
  await writeFile(join(unfinished, manifestName), text, { mode: 0o600 })
  await settle(unfinished)
  await rename(unfinished, to)
  return manifest
}

/** Puts a copy back, every file checked on its way; `finish` sees the folder before it takes its place. */
export async function copyIn(
  from: string,
  to: string,
  finish: (folder: string) => void | Promise<void> = () => undefined,
): Promise<Manifest> {
  const manifest = await readManifest(from)
  await mustBeEmpty(to)
  const unfinished = `${to}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  try {
    for (const { path } of manifest.folders)
      await mkdir(join(unfinished, path), { recursive: true })
    for (const file of manifest.files) putBack(join(from, 'data'), unfinished, file)
    for (const { path, mode } of manifest.folders.toReversed())
      await chmod(join(unfinished, path), mode)
    await finish(unfinished)
    await settle(unfinished)
    await rm(to, { recursive: true, force: true })
    await rename(unfinished, to)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return manifest
}

function putBack(
  from: string,
  to: string,
  { path, mode, sha256 }: Manifest['files'][number],
): void {
  if (!existsSync(join(from, path))) throw new Refused(`${path} is not in the copy any more`)
  const copied = copyFile(join(from, path), join(to, path), mode)
  if (copied.sha256 !== sha256)
    throw new Refused(`${path} is not what was copied: the copy is damaged`)
}

/** All of it is on disk before it takes its name: once for all files, each by itself takes minutes. */
async function settle(folder: string): Promise<void> {
  const isLinux = process.platform === 'linux'
  await promisify(execFile)('sync', isLinux ? ['-f', folder] : [])
}

async function readManifest(from: string): Promise<Manifest> {
  const text = await readFile(join(from, manifestName), 'utf8').catch((cause: unknown) => {
    throw new Refused(`${from} is no whole copy: it has no ${manifestName}`, { cause })
  })
  const manifest = JSON.parse(text) as Manifest
  if (manifest.format === format) return manifest
  throw new Refused(`${from} was written by another version (format ${manifest.format})`)
}

async function mustBeEmpty(folder: string): Promise<void> {
  const inside = await readdir(folder).catch(() => [])
  if (inside.length > 0) throw new Refused(`${folder} is not empty: name a new DATA_DIR`)
}

async function listed(from: string, leaves: (path: string) => boolean) {
  const found: { path: string; isFolder: boolean }[] = []
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(from, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (leaves(path)) continue
      if (!entry.isDirectory() && !entry.isFile())
        throw new Refused(`${path} leads elsewhere: copy what is there yourself`)
      found.push({ path, isFolder: entry.isDirectory() })
      if (entry.isDirectory()) await walk(path)
    }
  }
  await walk('')
  return found
}

/** In one go and without waiting: nobody else is served by this program, and there are many small files. */
function copyFile(from: string, to: string, mode: number): { bytes: number; sha256: string } {
  const hash = createHash('sha256')
  const piece = Buffer.allocUnsafe(pieceBytes)
  const [source, target] = [openSync(from, 'r'), openSync(to, 'wx', mode)]
  let bytes = 0
  try {
    for (;;) {
      const read = readSync(source, piece)
      if (read === 0) return { bytes, sha256: hash.digest('hex') }
      hash.update(piece.subarray(0, read))
      writeSync(target, piece, 0, read)
      bytes += read
    }
  } finally {
    closeSync(source)
    closeSync(target)
  }
}
