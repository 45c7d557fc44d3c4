import { createHash } from 'node:crypto'
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import type { Sql } from '../../store/postgres.ts'
import { type AuditFile, type AuditSeries, facts, series, states } from './files.ts'
import { headsOf, linesOf } from './rows.ts'

const format = 'vitrine-audit'
const manifestName = 'manifest.json'

type Written = { name: string; rows: number; bytes: number; sha256: string; fields: string[] }

export type Manifest = {
  format: typeof format
  version: 1
  complete: boolean
  startedAt: string
  finishedAt: string
  /** Nothing was written by the shop meanwhile: every sum is exact. */
  quiet: boolean
  /** Whether what people said is in it. */
  words: boolean
  files: Written[]
  /** One value for all of it: SHA-256 over `name sha256\n` of each file, in order. */
  digest: string
}

/** The folder is somebody else's: nothing was touched. */
export class NotOurFolder extends Error {}

type How = { dir: string; words: boolean; tell(line: string): void }

/**
 * Writes everything that somebody else's program needs to check stock, money and log: JSON Lines and a
 * manifest. Reads page by page, so that no snapshot stays open in a shop that is running.
 */
export async function exportAudit(sql: Sql, { dir, words, tell }: How): Promise<Manifest> {
  await takeFolder(dir)
  const before = await mark(sql)
  const files: Written[] = []
  const note = (written: Written) => {
    files.push(written)
    tell(`${written.name}  ${written.rows} lines`)
  }
  for (const file of [...states, ...facts]) note(await writeTable(sql, dir, file))
  for (const one of series(words))
    for (const written of await writeSeries(sql, dir, one)) note(written)
  const after = await mark(sql)
  const manifest: Manifest = {
    format,
    version: 1,
    complete: true,
    startedAt: before.at,
    finishedAt: after.at,
    quiet: before.mark === after.mark,
    words,
    files,
    digest: digestOf(files),
  }
  await writeManifest(dir, manifest)
  return manifest
}

/** Empty, new, or an earlier export: then that one goes, and nothing else. */
async function takeFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const names = await readdir(dir)
  if (names.length > 0) {
    const earlier = await readEarlier(dir)
    const foreign = names.filter((name) => name !== manifestName && !earlier.has(name))
    if (earlier.size === 0 || foreign.length > 0) {
      throw new NotOurFolder(`${dir} is not empty and no earlier export. Name another folder.`)
    }
    for (const name of earlier) await rm(join(dir, name), { force: true })
  }
  // Says whose folder this is from the beginning: an export that was broken off can be written again.
  await writeManifest(dir, { format, version: 1, complete: false })
}

/** The files that an earlier export may have written; none when this is no such folder. */
async function readEarlier(dir: string): Promise<Set<string>> {
  const text = await readFile(join(dir, manifestName), 'utf8').catch(() => '')
  if (!text.includes(`"format": "${format}"`)) return new Set()
  const all = series(true).flatMap(({ head, rows }) => [head, ...rows])
  return new Set([...states, ...facts, ...all].map(({ name }) => fileName(name)))
}

function writeManifest(dir: string, manifest: object): Promise<void> {
  return writeFile(join(dir, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, {
    mode: 0o600,
  })
}

const fileName = (name: string) => `${name}.jsonl`

async function writeTable(sql: Sql, dir: string, file: AuditFile): Promise<Written> {
  const paper = new Paper(dir, file)
  for await (const lines of linesOf(sql, file)) await paper.write(lines)
  return paper.close()
}

/** Heads first, then what leads to them. */
async function writeSeries(
  sql: Sql,
  dir: string,
  { head, upTo, rows }: AuditSeries,
): Promise<Written[]> {
  const heads = new Paper(dir, head)
  const papers = rows.map((file) => ({ file, paper: new Paper(dir, file) }))
  for await (const page of headsOf(sql, head, upTo)) {
    await heads.write(page.lines)
    for (const { file, paper } of papers) {
      for await (const lines of linesOf(sql, file, page.heads)) await paper.write(lines)
    }
  }
  return Promise.all([heads, ...papers.map(({ paper }) => paper)].map((paper) => paper.close()))
}

/** A file that counts and hashes what is written to it, and waits for the disk. */
class Paper {
  readonly #name: string
  readonly #fields: string[]
  readonly #stream: WriteStream
  readonly #hash = createHash('sha256')
  #rows = 0

  constructor(dir: string, { name, fields }: AuditFile) {
    this.#name = fileName(name)
    this.#fields = Object.keys(fields)
    this.#stream = createWriteStream(join(dir, this.#name), { mode: 0o600 })
  }

  async write(lines: string[]): Promise<void> {
    const text = `${lines.join('\n')}\n`
    this.#rows += lines.length
    this.#hash.update(text)
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(text, (error) => (error ? reject(error) : resolve()))
    })
  }

  async close(): Promise<Written> {
    this.#stream.end()
    await finished(this.#stream)
    const sha256 = this.#hash.digest('hex')
    return {
      name: this.#name,
      rows: this.#rows,
      bytes: this.#stream.bytesWritten,
      sha256,
      fields: this.#fields,
    }
  }
}

/** What changes with everything that this exports. */
async function mark(sql: Sql): Promise<{ at: string; mark: string }> {
  const [row] = await sql<{ at: string; mark: string }[]>`
    select iso(clock_timestamp()) as at, jsonb_build_array(
      (select sum(n) from stock), (select sum(seq) from show_heads), (select max(id) from postings),
      (select jsonb_object_agg(state, n) from (select state, count(*) n from holds group by 1) h),
      (select jsonb_object_agg(status, n) from (select status, count(*) n from orders group by 1) o),
      (select jsonb_object_agg(status, n) from (select status, count(*) n from payments group by 1) p),
      (select jsonb_object_agg(status, n) from (select status, count(*) n from refunds group by 1) r),
      (select count(*) from webhook_events), (select count(*) from idempotency_keys), (select count(*) from offers where closed_at is null))::text as mark`
  return row as { at: string; mark: string }
}

function digestOf(files: Written[]): string {
  const hash = createHash('sha256')
  for (const { name, sha256 } of files) hash.update(`${name} ${sha256}\n`)
  return hash.digest('hex')
}
