import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../../../test/support/database.ts'
import { newId } from '../../../base/ids.ts'
import { openPostgres, type Postgres } from '../../../store/postgres.ts'
import { verifySigned } from '../signature.ts'
import { type Bank, createBank } from './bank.ts'

const secret = Buffer.from('between bank and shop')

let database: Awaited<ReturnType<typeof openDatabase>>
let pg: Postgres
let bank: Bank
/** A shop that takes events: what it heard, and how often it fails before it takes one. */
let shop: Server
let heard: { id: string; type: string; reference: string }[] = []
const failures = new Map<string, number>()

beforeAll(async () => {
  database = await openDatabase()
  pg = openPostgres(database.url)
  shop = createServer((request, response) => {
    void text(request).then((body) => response.writeHead(take(request.headers, body)).end())
  })
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  const { port } = shop.address() as AddressInfo
  bank = createBank({
    pg,
    publicUrl: 'http://shop.test',
    webhookUrl: () => `http://127.0.0.1:${port}/webhook`,
    webhookSecret: secret,
    now: () => new Date(),
    logger: pino({ level: 'silent' }),
  })
})
/** Takes an event, or fails; throws unless the bank signed it. */
function take(headers: IncomingHttpHeaders, body: string): number {
  const id = verifySigned(secret, headers, Buffer.from(body), new Date())
  const { type, data } = JSON.parse(body)
  const { reference } = data.payment ?? data.refund
  heard.push({ id, type, reference })
  const left = failures.get(reference) ?? 0
  failures.set(reference, left - 1)
  return left > 0 ? 500 : 204
}

afterAll(async () => {
  shop.close()
  await pg.close()
  await database.drop()
})
beforeEach(() => {
  heard = []
})

const open = (reference = newId()) =>
  bank.open({ reference, amount: 2_950, currency: 'USD', returnUrl: 'http://shop.test/orders/1' })

async function isDelivered(reference: string): Promise<boolean> {
  const [row] = await pg.rest<{ delivered: boolean }[]>`
    select delivered from sandbox_events where body -> 'data' -> 'payment' ->> 'reference' = ${reference}`
  return row?.delivered === true
}

async function deliverAll(): Promise<void> {
  await pg.rest`update sandbox_events set due_at = now() where not delivered`
  await bank.deliverEvents()
}

test('the same reference opens one payment; with other money it is refused', async () => {
  const reference = newId()
  const opened = await Promise.all(Array.from({ length: 10 }, () => open(reference)))
  expect(new Set(opened.map((p) => p.id)).size).toBe(1)
  const other = { reference, amount: 1, currency: 'USD', returnUrl: 'http://shop.test/' }
  await expect(bank.open(other)).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
})

test('twenty cards at once take the money once', async () => {
  const { id, reference } = await open()
  const cards = Array.from({ length: 20 }, (_, i) =>
    i % 4 === 0 ? '4000000000000002' : '4242 4242 4242 4242',
  )
  await Promise.all(cards.map((card) => bank.pay(id, card)))
  const { status, captured } = await bank.find(id)
  expect({ status, captured }).toEqual({ status: 'succeeded', captured: 2_950 })
  const [events] = await pg.rest`
    select count(*)::int as n from sandbox_events
    where type = 'payment.succeeded' and body -> 'data' -> 'payment' ->> 'reference' = ${reference}`
  expect(events?.['n']).toBe(1)
})

test('an event is brought again until the shop takes it, under one id', async () => {
  const { id, reference } = await open()
  failures.set(reference, 2)
  await bank.pay(id, '4242424242424242')
  while (!(await isDelivered(reference))) await deliverAll()
  const mine = () => heard.filter((e) => e.reference === reference)
  expect(mine().length).toBeGreaterThanOrEqual(3)
  expect(new Set(mine().map((e) => e.id)).size).toBe(1)
  const before = mine().length
  await deliverAll()
  expect(mine().length).toBe(before)
})

test('money goes back once for each reference, and never more than was taken', async () => {
  const { id } = await open()
  await bank.pay(id, '4242424242424242')
  const refund = { paymentId: id, reference: newId(), amount: 2_000 }
  const given = await Promise.all([bank.refund(refund), bank.refund(refund), bank.refund(refund)])
  expect(new Set(given.map((r) => r.id)).size).toBe(1)
  expect((await bank.find(id)).refunded).toBe(2_000)
  const more = { ...refund, reference: newId(), amount: 951 }
  await expect(bank.refund(more)).rejects.toMatchObject({ code: 'CONFLICT' })
  const other = { ...refund, amount: 1 }
  await expect(bank.refund(other)).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
})

test('nobody tries cards without end', async () => {
  const { id } = await open()
  await pg.rest`update sandbox_payments set version = 100 where id = ${id}`
  const tried = bank.pay(id, '4000000000000002')
  await expect(tried).rejects.toMatchObject({ code: 'RATE_LIMITED' })
})
