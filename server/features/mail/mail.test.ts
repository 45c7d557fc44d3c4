import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../../test/support/database.ts'
import { newId } from '../../base/ids.ts'
import { openPostgres, type Postgres } from '../../store/postgres.ts'
import { createMail, type Post, smtpPost } from './mail.ts'
import { batchMax, claimDue, markSent, putBack, turns } from './store.ts'

const link = 'https://shop.test/reset#secret-token'

let database: Awaited<ReturnType<typeof openDatabase>>
let pg: Postgres
let logged = ''

beforeAll(async () => {
  database = await openDatabase()
  pg = openPostgres(database.url)
})
afterAll(async () => {
  await pg.close()
  await database.drop()
})

function mailBy(post: Post) {
  const logger = pino({ level: 'trace' }, { write: (line: string) => void (logged += line) })
  return createMail({
    pg,
    post,
    from: 'Shop <a@shop.test>',
    publicUrl: 'https://shop.test',
    logger,
  })
}

async function rowOf(to: string) {
  const [row] = await pg.rest<
    { sent: boolean; due: boolean; attempts: number; facts: object; wait: number }[]
  >`
    select sent_at is not null as sent, due_at is not null as due, attempts, facts,
      extract(epoch from due_at - clock_timestamp())::float8 as wait
    from mails where "to" = ${to}`
  if (!row) throw new Error('no letter')
  return row
}

test('a letter exists only when what it tells of was committed', async () => {
  const mail = mailBy(async () => {})
  const lost = pg.db.transaction(async (tx) => {
    await mail.write(tx, { to: 'lost@b.test', kind: 'password', facts: { link } })
    throw new Error('it did not happen')
  })
  await expect(lost).rejects.toThrow('it did not happen')
  expect(await mail.sendDue()).toBe(0)
})

test('a letter is tried again with longer waits, sent once, and then forgotten', async () => {
  let away = true
  const sent: string[] = []
  const mail = mailBy(async ({ to, letter }) => {
    if (away) throw Object.assign(new Error(`no mailbox ${to}`), { responseCode: 451 })
    sent.push(`${to} ${letter.text}`)
  })
  await pg.db.transaction((tx) =>
    mail.write(tx, { to: 'aylin@b.test', kind: 'password', facts: { link } }),
  )
  expect(await mail.sendDue()).toBe(1)
  expect(await mail.sendDue()).toBe(0)
  const first = await rowOf('aylin@b.test')
  expect(first).toMatchObject({ sent: false, due: true, attempts: 1 })
  await pg.rest`update mails set due_at = now() where "to" = 'aylin@b.test'`
  await mail.sendDue()
  expect((await rowOf('aylin@b.test')).wait).toBeGreaterThan(first.wait * 1.5)
  away = false
  await pg.rest`update mails set due_at = now() where "to" = 'aylin@b.test'`
  await Promise.all([mail.sendDue(), mail.sendDue(), mail.sendDue()])
  expect(sent).toHaveLength(1)
  expect(sent[0]).toContain(link)
  expect(await rowOf('aylin@b.test')).toMatchObject({ sent: true, due: false, facts: {} })
  expect(logged).toContain('451')
  expect(logged).not.toContain('aylin')
  expect(logged).not.toContain('secret-token')
})

test('behind many letters a link for a new password waits for none, and the rest go without a pause', async () => {
  const sent: string[] = []
  let stuck = true
  const mail = mailBy(async ({ to }) => {
    if (stuck && to !== 'now@b.test') throw new Error('mailbox full')
    sent.push(to)
  })
  const order = { number: 1, items: [], shippingAddress: { name: 'Ada' } }
  const facts = pg.rest.json({ order, merchant: 'Kiln' })
  await pg.rest`insert into mails(id, "to", kind, facts, created_at, due_at)
    select gen_random_uuid(), n || '@many.test', 'order-shipped', ${facts}, now(), now() - interval '1 hour'
    from generate_series(1, 45) n`
  await pg.db.transaction((tx) =>
    mail.write(tx, { to: 'now@b.test', kind: 'password', facts: { link } }),
  )
  expect(await mail.sendDue()).toBe(10)
  expect(sent).toEqual(['now@b.test'])
  stuck = false
  expect(await mail.sendDue()).toBe(36)
})

test('who has just paid hears of it before the thousands whom a show tells that it begins', async () => {
  const sent: string[] = []
  const mail = mailBy(async ({ to }) => void sent.push(to))
  const begins = pg.rest.json({ showId: newId(), title: 'Kiln', host: 'Mara' })
  await pg.rest`insert into mails(id, "to", kind, facts, created_at, due_at)
    select gen_random_uuid(), n || '@crowd.test', 'show-begins', ${begins}, now(), now() - interval '1 hour'
    from generate_series(1, 15) n`
  const order = { number: 1, items: [], shippingAddress: { name: 'Ada' } }
  const facts = pg.rest.json({ order, merchant: 'Kiln' })
  await pg.rest`insert into mails(id, "to", kind, facts, created_at, due_at)
    values (gen_random_uuid(), 'paid@b.test', 'order-shipped', ${facts}, now(), now())`
  expect(await mail.sendDue()).toBe(16)
  expect(sent.slice(0, 10)).toContain('paid@b.test')
})

test('who asked to be reminded of a show hears of it before those who follow hosts', async () => {
  const sent: string[] = []
  const mail = mailBy(async ({ to }) => void sent.push(to))
  const facts = pg.rest.json({ showId: newId(), title: 'Kiln', host: 'Mara', token: 'x' })
  await pg.rest`insert into mails(id, "to", kind, facts, created_at, due_at)
    select gen_random_uuid(), n || '@follows.test', 'show-followed', ${facts}, now(), now() - interval '1 hour'
    from generate_series(1, 15) n`
  await pg.rest`insert into mails(id, "to", kind, facts, created_at, due_at)
    values (gen_random_uuid(), 'asked@b.test', 'show-begins', ${facts}, now(), now())`
  expect(await mail.sendDue()).toBe(16)
  expect(sent.slice(0, 10)).toContain('asked@b.test')
})

test('letters of one turn are found without walking those of another', async () => {
  await pg.rest`insert into mails(id, "to", kind, facts, created_at, due_at)
    select gen_random_uuid(), 'many@b.test', kind, '{}', now(), now() - interval '1 hour'
    from unnest(array['show-begins', 'show-followed']) kind, generate_series(1, 2000)`
  await pg.rest`analyze mails`
  for (const turn of turns) {
    const rows = await pg.jobs.unsafe<{ 'QUERY PLAN': string }[]>(
      `explain (analyze) select id from mails where due_at <= now() and ${turn} order by due_at limit ${batchMax} for update skip locked`,
    )
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan, turn).toMatch(/Index Scan using mails_/)
    expect(plan, turn).not.toContain('Rows Removed')
  }
  await pg.rest`delete from mails where "to" = 'many@b.test'`
})

test('who is told late that a show begins is not told two hours later', async () => {
  const mail = mailBy(async () => {
    throw new Error('mailbox full')
  })
  await pg.rest`insert into mails(id, "to", kind, facts, attempts, created_at, due_at)
    select gen_random_uuid(), kind || '@late.test', kind, '{}', 8, now(), now()
    from unnest(array['show-begins', 'show-followed', 'show-canceled']) kind`
  await mail.sendDue()
  const isDue = async (kind: string) => (await rowOf(`${kind}@late.test`)).due
  expect(await Promise.all(['show-begins', 'show-followed', 'show-canceled'].map(isDue))).toEqual([
    false,
    false,
    true,
  ])
})

test('a run takes no further letters behind a slow mail server: closing waits for it', async () => {
  const mail = mailBy(() => pause(1_050))
  await pg.rest`insert into mails(id, "to", kind, facts, created_at, due_at)
    select gen_random_uuid(), n || '@slow.test', 'password', ${pg.rest.json({ link })}, now(), now()
    from generate_series(1, 11) n`
  expect(await mail.sendDue()).toBe(10)
})

/** Sooner than a mail server is given up that does not greet. */
const soonMs = 9_000
test('a house that closes does not wait for a silent mail server: the letter is due at the next start', {
  timeout: soonMs,
}, async () => {
  const server = createServer()
  const heard = once(server, 'connection')
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await pg.db.transaction((tx) =>
    mailBy(async () => {}).write(tx, { to: 'left@b.test', kind: 'password', facts: { link } }),
  )
  const mail = mailBy(smtpPost(`smtp://127.0.0.1:${port}`))
  const sending = mail.sendDue()
  const [socket] = (await heard) as [Socket]
  const letGo = once(socket.resume(), 'close')
  mail.leave()
  await sending
  await letGo
  server.close()
  expect(await rowOf('left@b.test')).toMatchObject({ sent: false, due: true, attempts: 0 })
  const sent: string[] = []
  await mailBy(async ({ to }) => void sent.push(to)).sendDue()
  expect(sent).toContain('left@b.test')
})

test('a letter that was sent is not put back, whoever did not hear of it', async () => {
  await pg.db.transaction((tx) =>
    mailBy(async () => {}).write(tx, { to: 'twice@b.test', kind: 'password', facts: { link } }),
  )
  const taken = (await claimDue(pg.jobs)).find(({ to }) => to === 'twice@b.test')
  const id = taken?.id ?? expect.fail('it was not due')
  await markSent(pg.jobs, id)
  await putBack(pg.jobs, id)
  expect(await rowOf('twice@b.test')).toMatchObject({ sent: true, due: false })
})

test('by SMTP it reaches one mailbox as text and as HTML', async () => {
  const { server, got, port } = await openMailServer()
  const post = smtpPost(`smtp://127.0.0.1:${port}`)
  const letter = { subject: 'Order 12 is paid', text: 'It is yours.', html: '<p>It is yours.</p>' }
  const envelope = { id: 'letter-1', to: 'aylin@b.test', from: 'Shop <a@shop.test>', letter }
  await post(envelope, new AbortController().signal)
  server.close()
  expect(got.filter((line) => /^RCPT/.test(line))).toEqual(['RCPT TO:<aylin@b.test>'])
  expect(got).toContain('Subject: Order 12 is paid')
  expect(got).toContain('Message-ID: <letter-1@vitrine>')
  expect(got.filter((line) => /It is yours/.test(line))).toHaveLength(2)
})

/** The least of a mail server: says yes to everything and keeps what it heard. */
async function openMailServer(): Promise<{ server: Server; got: string[]; port: number }> {
  const got: string[] = []
  const server = createServer((socket) => {
    let inData = false
    socket.write('220 ready\r\n')
    createInterface({ input: socket }).on('line', (line) => {
      got.push(line)
      if (inData) {
        if (line !== '.') return
        inData = false
        socket.write('250 taken\r\n')
      } else if (line === 'DATA') {
        inData = true
        socket.write('354 go on\r\n')
      } else if (line === 'QUIT') socket.end('221 bye\r\n')
      else socket.write('250 yes\r\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, got, port: (server.address() as AddressInfo).port }
}
