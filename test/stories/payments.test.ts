import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signedHeaders } from '../../server/base/signature.ts'
import { auditStock } from '../../server/features/inventory/audit.ts'
import { auditMoney } from '../../server/features/orders/audit.ts'
import { sandboxSecrets } from '../../server/features/payments/sandbox/secrets.ts'
import { priceAmountMax } from '../../shared/limits.ts'
import { type Order, openFront, type Placed, pay, until, usd } from '../support/front.ts'
import { home } from '../support/home.ts'
import { codeOf, type House, openHouse, type Person } from '../support/house.ts'

const approve = '4242424242424242'
/** Long enough to be paid in, short enough to be waited out. */
const payMs = 1_500

let house: House
let brief: House

beforeAll(async () => {
  house = await openHouse()
  brief = await openHouse({ PAY_MS: String(payMs) })
})
afterAll(async () => {
  for (const each of [house, brief]) {
    expect(await auditMoney(each.pg.rest)).toEqual([])
    expect(await auditStock(each.pg.rest)).toEqual([])
    await each.close()
  }
})

type Front = Awaited<ReturnType<typeof openFront>>

async function place(shop: House, front: Front, buyer: Person, quantity = 1): Promise<Placed> {
  const body = { holdIds: [await front.hold(buyer, quantity)], shippingAddress: home }
  const placed = await shop.as(buyer).post<Placed>('/orders', body)
  if (placed.payment.payUrl !== null) return placed
  // A bank that is slow to answer is asked again by the reconciler: then its address is there.
  const payment = await until(
    () => shop.as(buyer).get<Placed['payment']>(`/orders/${placed.order.id}/payment`),
    ({ payUrl }) => payUrl !== null,
  )
  return { ...placed, payment }
}

const becomes = (shop: House, buyer: Person, { id }: Order, status: string) =>
  until(
    () => shop.as(buyer).get<Order>(`/orders/${id}`),
    (order) => order.status === status,
  )

async function paid(onHand = 5, quantity = 1) {
  const front = await openFront(house, onHand)
  const buyer = await house.signUp('Aylin')
  const { order, payment } = await place(house, front, buyer, quantity)
  await pay(house, payment.payUrl, approve)
  return { front, buyer, payment, order: await becomes(house, buyer, order, 'paid') }
}

describe('a webhook', () => {
  const { webhook } = sandboxSecrets('for tests only: thirty-two characters')
  type Sent = { id: string; text: string; headers: Record<string, string> }

  /** The event as the bank would send it for this payment. */
  function event(paymentId: string, more: object = {}, id = `evt_${paymentId}`): Sent {
    const payment = {
      id: 'sbx_x',
      reference: paymentId,
      status: 'succeeded',
      version: 7,
      captured: 2_950,
      currency: 'USD',
      ...more,
    }
    const text = JSON.stringify({ type: `payment.${payment.status}`, data: { payment } })
    return { id, text, headers: signedHeaders([webhook], id, text, new Date()) }
  }

  async function send({ text, headers }: Sent, provider = 'sandbox') {
    const answer = await fetch(`${house.url}/api/v1/payments/${provider}/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: text,
    })
    const body = await answer.text()
    return { status: answer.status, problem: body ? JSON.parse(body) : undefined }
  }

  async function waiting() {
    const front = await openFront(house, 2)
    const buyer = await house.signUp('Aylin')
    return { front, buyer, ...(await place(house, front, buyer)) }
  }

  /** Webhooks that were refused, as whoever watches the house sees them. */
  async function refusedSoFar(): Promise<number> {
    const text = await fetch(`${house.url}/metrics`).then((answer) => answer.text())
    const line = /^vitrine_http_answers_total\{route="webhook",status="400"\} (\d+)/m.exec(text)
    return Number(line?.[1] ?? 0)
  }

  test('that is verified pays an order once, however often and in whatever order it comes', async () => {
    const { front, buyer, order, payment } = await waiting()
    const events = [
      event(payment.id),
      event(payment.id, { status: 'failed', version: 3, captured: 0 }, 'evt_older'),
      event(payment.id, { status: 'requires_action', version: 2, captured: 0 }, 'evt_oldest'),
    ]
    const many = Array.from({ length: 50 }, (_, i) => events[i % 3] as Sent)
    const answers = await Promise.all(many.map((e) => send(e)))
    expect(answers.every((a) => a.status === 204)).toBe(true)
    await becomes(house, buyer, order, 'paid')
    expect(await front.units()).toEqual({ onHand: 2, held: 0, sold: 1, available: 1 })
    const [row] = await house.pg.rest`
      select count(*)::int as n from webhook_events where payment_id = ${payment.id}`
    expect(row?.['n']).toBe(3)
    // The bank's own books never heard of this money: that is what the audit must see.
    const found = await auditMoney(house.pg.rest)
    expect(found.map((f) => f.id)).toEqual([payment.id])
    await house.pg.rest`
      update sandbox_payments set status = 'succeeded', version = 7 where reference = ${payment.id}`
  })

  test('that is forged, altered, stale or unsigned changes nothing and learns nothing', async () => {
    const { buyer, order, payment } = await waiting()
    const good = event(payment.id)
    const old = new Date(Date.now() - 301_000)
    const { webhook: foreign } = sandboxSecrets('another secret of thirty-two letters')
    const bad: Sent[] = [
      { ...good, text: good.text.replace('2950', '2951') },
      { ...good, headers: signedHeaders([foreign], good.id, good.text, new Date()) },
      { ...good, headers: signedHeaders([webhook], good.id, good.text, old) },
      {
        ...good,
        headers: signedHeaders([webhook], good.id, good.text, new Date(Date.now() + 360_000)),
      },
      { ...good, headers: { ...good.headers, 'webhook-id': 'evt_other' } },
      { ...good, headers: { ...good.headers, 'webhook-signature': 'v1,AAAA' } },
      { ...good, headers: { ...good.headers, 'webhook-signature': '' } },
      { ...good, headers: {} },
      { ...good, headers: { ...good.headers, 'webhook-timestamp': 'now' } },
      { ...good, headers: { ...good.headers, 'webhook-id': 'x'.repeat(129) } },
      { ...good, headers: { ...good.headers, 'webhook-signature': 'v1,x '.repeat(40) } },
      { ...good, text: '' },
      signed('not json'),
      signed('{"type": "payment.succeeded"}'),
    ]
    const before = await refusedSoFar()
    const answers = await Promise.all(bad.map((sent) => send(sent)))
    const { instance: _, ...first } = answers[0]?.problem ?? {}
    expect(first).toMatchObject({ status: 400, code: 'VALIDATION' })
    for (const { status, problem } of answers) {
      const { instance: __, ...said } = problem
      expect(status).toBe(400)
      expect(said).toEqual(first)
    }
    expect(await send(good, 'stripe')).toMatchObject({
      status: 404,
      problem: { code: 'NOT_FOUND' },
    })
    expect((await house.as(buyer).get<Order>(`/orders/${order.id}`)).status).toBe('pending')
    const kept = await house.pg.rest`
      select from webhook_events where payment_id = ${payment.id} or event_id in ('evt_1', 'evt_other')`
    expect(kept.length).toBe(0)
    expect(await refusedSoFar()).toBe(before + bad.length)

    function signed(text: string): Sent {
      return { id: 'evt_1', text, headers: signedHeaders([webhook], 'evt_1', text, new Date()) }
    }
  })

  test('comes in floods, good and bad: who buys and talks elsewhere is served meanwhile', async () => {
    const { buyer, order, payment } = await waiting()
    const elsewhere = await openFront(house, 50)
    const talker = await house.signUp('Cem')
    const line = await house.socket(talker)
    await line.ask('show:join', { showId: elsewhere.showId })
    const good = event(payment.id, { status: 'failed', version: 1, captured: 0 })
    const forged = { ...good, headers: { ...good.headers, 'webhook-signature': 'v1,AAAA' } }
    let left = 300
    const flood = Array.from({ length: 50 }, async () => {
      const statuses: number[] = []
      while (left-- > 0) statuses.push((await send(left % 2 === 0 ? good : forged)).status)
      return statuses
    })
    for (let i = 0; i < 20; i += 1) {
      await elsewhere.hold(talker)
      await line.ask('chat:send', {
        showId: elsewhere.showId,
        text: `still here ${i}`,
        key: `${i}`,
      })
    }
    const statuses = (await Promise.all(flood)).flat()
    expect(statuses.filter((status) => status === 204).length).toBe(150)
    expect(statuses.filter((status) => status === 400).length).toBe(150)
    await house.as(buyer).post(`/orders/${order.id}/cancel`)
  })

  test('of another shop is taken and set aside', async () => {
    const stranger = event('0190a000-0000-7000-8000-00000000beef')
    expect((await send(stranger)).status).toBe(204)
  })

  test('that never came is made up for by reading', async () => {
    const { buyer, order, payment } = await waiting()
    await house.pg.rest`
      update sandbox_payments set status = 'succeeded', version = 1 where reference = ${payment.id}`
    await becomes(house, buyer, order, 'paid')
  })
})

test('a bank that was silent is asked again: within a minute of its return the order is paid', async () => {
  const front = await openFront(house, 1)
  const buyer = await house.signUp('Aylin')
  const { order, payment } = await place(house, front, buyer)
  const sql = house.pg.rest
  // Taken without a word, two hours ago; and nobody answers at the bank.
  await sql`update sandbox_payments set status = 'succeeded', version = 1 where reference = ${payment.id}`
  await sql`alter table sandbox_payments rename to away`
  await sql`update payments set created_at = now() - interval '2 hours', due_at = now() where id = ${payment.id}`
  const due = () => sql<{ s: number }[]>`
    select extract(epoch from due_at - clock_timestamp())::float8 as s from payments where id = ${payment.id}`
  await until(due, ([row]) => row !== undefined && row.s > 5 && row.s <= 15, 30_000)
  expect((await house.as(buyer).get<Order>(`/orders/${order.id}`)).status).toBe('pending')
  await sql`alter table away rename to sandbox_payments`
  const read = () => house.as(buyer).get<Order>(`/orders/${order.id}`)
  await until(read, ({ status }) => status === 'paid', 60_000)
}, 120_000)

describe('a payment that comes late', () => {
  async function expired(onHand: number) {
    const front = await openFront(brief, onHand)
    const buyer = await brief.signUp('Aylin')
    const { order, payment } = await place(brief, front, buyer)
    await becomes(brief, buyer, order, 'expired')
    return { front, buyer, order, payment }
  }

  test('takes its units again while there are some', async () => {
    const { front, buyer, order, payment } = await expired(1)
    await pay(brief, payment.payUrl, approve)
    await becomes(brief, buyer, order, 'paid')
    expect(await front.units()).toEqual({ onHand: 1, held: 0, sold: 1, available: 0 })
  })

  test('goes back in full when they have gone', async () => {
    const { front, buyer, order, payment } = await expired(1)
    const rival = await brief.signUp('Bo')
    await front.hold(rival)
    await pay(brief, payment.payUrl, approve)
    const ended = await becomes(brief, buyer, order, 'refunded')
    expect(ended.refunded).toEqual(order.total)
    const bank = () => brief.pg.rest<{ refunded: string }[]>`
      select refunded from sandbox_payments where reference = ${payment.id}`
    await until(bank, ([row]) => Number(row?.refunded) === order.total.amount)
    expect(await front.units()).toMatchObject({ held: 1, sold: 0 })
  })
})

describe('a merchant', () => {
  const parcel = { carrier: 'Royal Mail', trackingNumber: 'RM 12' }

  test('sends a paid order, and its buyer sees where it is', async () => {
    const { front, buyer, order } = await paid()
    const ship = `/merchant/orders/${order.id}/ship`
    expect(await codeOf(house.as(buyer).post(ship, parcel))).toBe('NOT_FOUND')
    const sent = await front.desk.post<{ status: string; buyer: { displayName: string } }>(
      ship,
      parcel,
    )
    expect(sent).toMatchObject({ status: 'shipped', buyer: { displayName: 'Aylin' } })
    expect(await house.as(buyer).get(`/orders/${order.id}`)).toMatchObject(parcel)
    expect(await codeOf(front.desk.post(ship, parcel))).toBe('CONFLICT')
  })

  test('never sends what is not paid', async () => {
    const front = await openFront(house, 1)
    const { order } = await place(house, front, await house.signUp('Aylin'))
    const ship = front.desk.post(`/merchant/orders/${order.id}/ship`, parcel)
    expect(await codeOf(ship)).toBe('CONFLICT')
  })

  test('gives back a part, the rest, and never more, down to the bank', async () => {
    const { front, buyer, order, payment } = await paid(1)
    const refund = `/merchant/orders/${order.id}/refund`
    const part = await front.desk.post<Order>(refund, { amount: 950 }, 'part')
    expect(part).toMatchObject({ status: 'refunded', refunded: usd(950) })
    expect(await front.desk.post(refund, { amount: 950 }, 'part')).toEqual(part)
    expect(await codeOf(front.desk.post(refund, { amount: 951 }, 'part'))).toBe(
      'IDEMPOTENCY_MISMATCH',
    )
    expect(await codeOf(front.desk.post(refund, { amount: 2_001 }))).toBe('CONFLICT')
    // An order may cost more than any one thing.
    const fortune = { amount: priceAmountMax + 1 }
    expect(await codeOf(front.desk.post(refund, fortune))).toBe('CONFLICT')
    expect(await codeOf(house.as(buyer).post(refund))).toBe('NOT_FOUND')
    const all = await front.desk.post<Order>(refund)
    expect(all.refunded).toEqual(order.total)
    expect(await front.units()).toEqual({ onHand: 1, held: 0, sold: 0, available: 1 })
    await until(
      () => house.as(buyer).get<{ status: string }>(`/orders/${order.id}/payment`),
      (p) => p.status === 'refunded',
    )
    const [bank] = await house.pg.rest<{ refunded: string }[]>`
      select refunded from sandbox_payments where reference = ${payment.id}`
    expect(Number(bank?.refunded)).toBe(order.total.amount)
    expect(await codeOf(front.desk.post(`/merchant/orders/${order.id}/ship`, parcel))).toBe(
      'CONFLICT',
    )
  })

  test('sees its orders with who bought them, and nobody else does', async () => {
    const { front, order } = await paid()
    type Desk = { items: { id: string; postings: { account: string }[] }[] }
    const { items } = await front.desk.get<Desk>('/merchant/orders?status=paid')
    expect(items.map((o) => o.id)).toEqual([order.id])
    expect(items[0]?.postings.map((p) => p.account)).toEqual(['provider:sandbox', 'sales'])
    const other = await house.signUp('Bo')
    expect((await house.as(other).get<Desk>('/merchant/orders')).items).toEqual([])
    expect(await codeOf(house.as(other).get(`/merchant/orders/${order.id}`))).toBe('NOT_FOUND')
  })
})

test('the bank has its own door: without the key nobody opens, reads or gives back', async () => {
  const { payment } = await paid()
  const ref = /sandbox\/payments\/([^/]+)/.exec(payment.payUrl)?.[1] as string
  const post = (path: string, body: object) => house.call('POST', path, { body })
  expect(await codeOf(post('/sandbox/payments', {}))).toBe('UNAUTHENTICATED')
  expect(await codeOf(house.call('GET', `/sandbox/payments/${ref}`))).toBe('UNAUTHENTICATED')
  expect(await codeOf(post(`/sandbox/payments/${ref}/refunds`, { amount: 1 }))).toBe(
    'UNAUTHENTICATED',
  )
  expect(await codeOf(house.call('GET', '/sandbox/payments/%00/bank'))).toBe('NOT_FOUND')
  expect(await codeOf(post(`/sandbox/payments/${ref}/pay`, { card: '42' }))).toBe('VALIDATION')
  expect(await codeOf(post(`/sandbox/payments/sbx_${'x'.repeat(43)}/pay`, { card: approve }))).toBe(
    'NOT_FOUND',
  )
})
