import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Evening, openEvening } from '../../../test/support/evening.ts'
import { allChecks } from '../../app/checks.ts'
import { newId } from '../../base/ids.ts'
import { findAll } from '../../store/check.ts'
import { forgetOldKeys } from '../../store/once.ts'
import { forgetOldSessions } from '../accounts/jobs.ts'
import { forgetOldMails } from '../mail/jobs.ts'
import { forgetOldVisits } from '../moderation/jobs.ts'
import { forgetOldEvents } from '../payments/jobs.ts'
import { exportAudit, type Manifest, NotOurFolder } from './export.ts'
import { facts, series, states } from './files.ts'

const root = resolve(import.meta.dirname, '../../..')

let evening: Evening
let dir: string
let made: Manifest

const write = (to: string, words = false) =>
  exportAudit(evening.house.pg.rest, { dir: to, words, tell: () => {} })

beforeAll(async () => {
  evening = await openEvening()
  dir = await mkdtemp(join(tmpdir(), 'vitrine-audit-'))
  made = await write(dir)
})
afterAll(async () => {
  await evening.house.close()
  await rm(dir, { recursive: true, force: true })
})

/** A program that knows the documentation alone: it imports nothing of the server. */
async function check(): Promise<{ code: number; said: string }> {
  const run = promisify(execFile)
  return run(process.execPath, ['scripts/audit-check.mjs', dir], { cwd: root }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, said: error.stdout }),
  )
}

/** A change of one line by somebody who also mends the manifest: only chains and sums can tell. */
async function tamper(
  name: string,
  change: (line: string) => string | null,
  done: () => Promise<void>,
) {
  const path = join(dir, `${name}.jsonl`)
  const manifestPath = join(dir, 'manifest.json')
  const [before, manifest] = await Promise.all([path, manifestPath].map((p) => readFile(p, 'utf8')))
  let changed = 0
  const lines = (before as string).split('\n').flatMap((line) => {
    const other = line === '' || changed > 0 ? line : change(line)
    if (other !== line) changed += 1
    return other === null ? [] : [other]
  })
  expect(changed).toBe(1)
  await writeFile(path, lines.join('\n'))
  await writeFile(manifestPath, mended(JSON.parse(manifest as string), name, lines.join('\n')))
  await done()
  await writeFile(path, before as string)
  await writeFile(manifestPath, manifest as string)
}

function mended(manifest: Manifest, name: string, text: string): string {
  const sha256 = (of: string) => createHash('sha256').update(of).digest('hex')
  const files = manifest.files.map((file) =>
    file.name === `${name}.jsonl`
      ? {
          ...file,
          sha256: sha256(text),
          bytes: Buffer.byteLength(text),
          rows: text.split('\n').length - 1,
        }
      : file,
  )
  const digest = sha256(files.map((file) => `${file.name} ${file.sha256}\n`).join(''))
  return JSON.stringify({ ...manifest, files, digest })
}

test('somebody else’s program finds everything as it must be', async () => {
  expect(await check()).toEqual({ code: 0, said: 'Everything is as it must be.\n' })
  expect(made.quiet).toBe(true)
  expect(made.files.filter(({ rows }) => rows === 0)).toEqual([])
})

test.each([
  ['stock-ledger', 'a reason', (line: string) => line.replace('two broke', 'one broke')],
  ['stock-ledger', 'a line taken out', (line: string) => (line.includes('"expire"') ? null : line)],
  [
    'stock-ledger',
    'a quantity',
    (line: string) => line.replace('"hold", "quantity" : 1', '"hold", "quantity" : 2'),
  ],
  ['stock-chain', 'a link taken out', (line: string) => (line.includes('"n" : 2,') ? null : line)],
  ['stock', 'a counter', (line: string) => line.replace(/"sold" : \d+/, '"sold" : 99')],
  ['holds', 'the end of a hold', (line: string) => line.replace('"released"', '"confirmed"')],
  [
    'events',
    'an actor',
    (line: string) => line.replace(/("product.pulled".*"actor" : )"[^"]+"/, '$1null'),
  ],
  ['events', 'a price', (line: string) => line.replace('\\"amount\\": 1000', '\\"amount\\": 1001')],
  [
    'giveaway-entries',
    'a nonce',
    (line: string) => line.replace('0123456789abcdef', 'fedcba9876543210'),
  ],
  ['giveaways', 'its winner', (line: string) => line.replace(/"number" : \d/, '"number" : 9')],
  [
    'auction-bids',
    'an amount',
    (line: string) => line.replace('"amount" : 1200', '"amount" : 1050'),
  ],
  ['codes', 'its terms', (line: string) => line.replace('"percent" : 10', '"percent" : 11')],
  [
    'code-uses',
    'a use taken out',
    (line: string) => (line.includes('"freedAt" : null') ? null : line),
  ],
  ['events', 'an event taken out', (line: string) => (line.includes('"chat.sent"') ? null : line)],
  ['order-items', 'a price', (line: string) => line.replace('"price" : 2950', '"price" : 2951')],
  [
    'payments',
    'what was captured',
    (line: string) => line.replace('"captured" : 2950', '"captured" : 2949'),
  ],
  ['postings', 'a line taken out', (line: string) => (line.includes('"sales"') ? null : line)],
])('%s: %s changed is found, also when the manifest was mended', async (name, _, change) => {
  await tamper(name, change, async () => {
    const { code, said } = await check()
    expect(said).not.toContain('manifest')
    expect(code).toBe(1)
  })
})

test('a file that is not the manifest’s is found', async () => {
  const path = join(dir, 'sanctions.jsonl')
  const before = await readFile(path, 'utf8')
  await writeFile(path, before.replace('a reason', 'no reason'))
  expect((await check()).said).toContain('sanctions.jsonl: is not the file')
  await writeFile(path, before)
})

test('an earlier export is replaced, somebody else’s folder is not', async () => {
  const again = await write(dir)
  expect(again.digest).toBe(made.digest)
  expect((await readdir(dir)).length).toBe(made.files.length + 1)
  const theirs = await mkdtemp(join(tmpdir(), 'vitrine-not-audit-'))
  await writeFile(join(theirs, 'holds.jsonl'), 'mine')
  await expect(write(theirs)).rejects.toThrow(NotOurFolder)
  expect(await readFile(join(theirs, 'holds.jsonl'), 'utf8')).toBe('mine')
  await rm(theirs, { recursive: true })
})

test('nobody’s name, address, password or words are in it, unless words are asked for', async () => {
  const all = async () => {
    const texts = await Promise.all(made.files.map(({ name }) => readFile(join(dir, name), 'utf8')))
    return texts.join('')
  }
  const personal = ['Buyer 2', 'Buyer 4', 'hello', 'Quay Street', 'Aylin Demir']
  const without = await all()
  expect(personal.filter((word) => without.includes(word))).toEqual([])
  await write(dir, true)
  expect(await check()).toMatchObject({ code: 0 })
  const withWords = await all()
  expect(personal.filter((word) => withWords.includes(word))).toEqual([
    'Buyer 2',
    'Buyer 4',
    'hello',
  ])
  await write(dir)
})

test('after a month guests, visits and keys go, but those of orders and bans; all is as it must be', async () => {
  const { showId, loud } = evening
  const sql = evening.house.pg.jobs
  const [gone, banned, young, signedIn] = Array.from({ length: 4 }, newId) as [
    string,
    string,
    string,
    string,
  ]
  await sql`insert into accounts(id, kind, display_name, created_at)
    select id, 'guest', 'Guest 1', now() - interval '40 days' from unnest(${[gone, banned, signedIn]}::uuid[]) g(id)`
  await sql`insert into accounts(id, kind, display_name, created_at) values (${young}, 'guest', 'Guest 2', now())`
  await sql`insert into sanctions(show_id, account_id, kind, reason, by, at)
    values (${newId()}, ${banned}, 'ban', 'rude', ${loud.id}, now())`
  await sql`insert into sessions(token_hash, id, account_id, created_at, expires_at)
    values ('x', ${newId()}, ${signedIn}, now(), now() + interval '1 day')`
  await sql`insert into visits(show_id, account_id, first_at)
    values (${showId}, ${gone}, now() - interval '40 days'), (${showId}, ${young}, now())`
  await sql`update idempotency_keys set at = at - interval '40 days'`
  for (const forget of [forgetOldSessions, forgetOldVisits, forgetOldKeys]) await forget({ sql })

  const guests = await sql<{ id: string }[]>`select id from accounts where kind = 'guest'`
  expect(guests.map(({ id }) => id).sort()).toEqual([banned, young, signedIn].sort())
  const seen = await sql`select from visits where account_id = any(${[gone, young]}::uuid[])`
  expect(seen).toHaveLength(1)
  const kept = await sql<{ operation: string }[]>`select distinct operation from idempotency_keys`
  expect(kept.map(({ operation }) => operation).sort()).toEqual(['cancel', 'refund', 'ship'])
  expect(await findAll(sql, allChecks)).toEqual([])
  await write(dir)
  expect(await check()).toMatchObject({ code: 0 })
})

test('letters and events go in their time, but those on their way; books, orders and verify miss none', async () => {
  const sql = evening.house.pg.jobs
  await sql`update mails set created_at = now() - interval '40 days', due_at = null`
  await sql`insert into mails(id, "to", kind, facts, created_at, due_at) values
    (${newId()}, 'young@b.test', 'password', '{}', now(), null),
    (${newId()}, 'tried@b.test', 'password', '{}', now() - interval '40 days', now() + interval '1 hour')`
  await sql`update sandbox_events set created_at = now() - interval '40 days', due_at = null`
  await sql`insert into sandbox_events(id, type, body, created_at, due_at) values
    ('evt_tried', 'x', '{}', now() - interval '40 days', now() + interval '1 hour')`
  await sql`update webhook_events set received_at = now() - interval '100 days'`
  const [kept] = await sql<{ eventId: string }[]>`
    update webhook_events set received_at = now() - interval '80 days'
    where event_id = (select min(event_id) from webhook_events) returning event_id as "eventId"`
  for (const forget of [forgetOldMails, forgetOldEvents]) await forget({ sql })

  const mails = await sql<{ to: string }[]>`select "to" from mails order by 1`
  expect(mails.map(({ to }) => to)).toEqual(['tried@b.test', 'young@b.test'])
  expect(await sql`select id from sandbox_events`).toEqual([{ id: 'evt_tried' }])
  expect(await sql`select event_id as "eventId" from webhook_events`).toEqual([kept])
  expect(await findAll(sql, allChecks)).toEqual([])
  await write(dir)
  expect(await check()).toMatchObject({ code: 0 })
})

test('the documentation names every file and every field', async () => {
  const readme = await readFile(join(import.meta.dirname, 'README.md'), 'utf8')
  const files = [...states, ...facts, ...series(false).flatMap(({ head, rows }) => [head, ...rows])]
  const sections = new Map(
    readme.split('\n').flatMap((line) => {
      const [, name, rest] = /^\| `([a-z-]+)\.jsonl` \|(.*)$/.exec(line) ?? []
      return name === undefined ? [] : [[name, rest as string] as const]
    }),
  )
  expect([...sections.keys()].sort()).toEqual(files.map(({ name }) => name).sort())
  for (const { name, fields } of files) {
    const missing = Object.keys(fields).filter(
      (field) => !sections.get(name)?.includes(`\`${field}\``),
    )
    expect(missing, name).toEqual([])
  }
})
