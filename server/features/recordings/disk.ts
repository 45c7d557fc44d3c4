import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { roomIn } from '../../base/free.ts'
import { newId } from '../../base/ids.ts'

/** Bytes from `from` up to and with `to`. */
export type Range = { from: number; to: number }

const showFolder = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const segmentFile = /^(\d{1,9})\.m4s$/

/** A folder for each show, a file for each segment; and a name that the disk itself carries. */
export class Disk {
  readonly hasRoom: () => Promise<boolean>
  readonly #dir: string
  #place: Promise<string> | undefined

  constructor(dir: string, freeBytesMin: number) {
    this.#dir = dir
    this.hasRoom = roomIn(dir, freeBytesMin)
  }

  /** Processes that share the folder share the name; another machine's folder has another. */
  get place(): Promise<string> {
    this.#place ??= this.#readPlace().catch((error: unknown) => {
      this.#place = undefined
      throw error
    })
    return this.#place
  }

  async put(showId: string, n: number, bytes: Buffer): Promise<void> {
    await mkdir(join(this.#dir, showId), { recursive: true })
    await writeFile(this.#path(showId, n), bytes)
  }

  /** How large the file is; undefined: there is none. */
  async size(showId: string, n: number): Promise<number | undefined> {
    try {
      return (await stat(this.#path(showId, n))).size
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  /** Shows that have a folder here. */
  async shows(): Promise<string[]> {
    return (await namesIn(this.#dir)).filter((name) => showFolder.test(name))
  }

  /** Segments of a show that have a file here. */
  async segments(showId: string): Promise<number[]> {
    const names = await namesIn(join(this.#dir, showId))
    return names.flatMap((name) => Number(segmentFile.exec(name)?.[1] ?? []))
  }

  async writtenAt(showId: string, n: number): Promise<number> {
    return (await stat(this.#path(showId, n))).mtimeMs
  }

  read(showId: string, n: number): Promise<Buffer> {
    return readFile(this.#path(showId, n))
  }

  stream(showId: string, n: number, { from, to }: Range): Readable {
    return createReadStream(this.#path(showId, n), { start: from, end: to })
  }

  async remove(showId: string, n: number): Promise<void> {
    await rm(this.#path(showId, n), { force: true })
  }

  async removeShow(showId: string): Promise<void> {
    await rm(join(this.#dir, showId), { recursive: true, force: true })
  }

  #path(showId: string, n: number): string {
    return join(this.#dir, showId, `${n}.m4s`)
  }

  async #readPlace(): Promise<string> {
    const path = join(this.#dir, 'place')
    await mkdir(this.#dir, { recursive: true })
    // Of two processes that begin at once, one writes it and both read it.
    await writeFile(path, `disk:${newId()}`, { flag: 'wx' }).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    })
    const place = await readFile(path, 'utf8')
    if (!place.startsWith('disk:')) throw new Error(`${path} does not name a disk`)
    return place
  }
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

export function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(ENOSPC|EDQUOT)$/.test(String(error.code))
}
