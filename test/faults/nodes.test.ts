import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Placed } from '../support/front.ts'
import { as, askHttp, checkoutLimitMs } from '../support/night/client.ts'
import { settle } from '../support/night/judge.ts'
import { Scene } from '../support/night/scene.ts'
import { lasts, until } from '../support/night/until.ts'
import { Night } from '../support/night.ts'

// Two processes on one database: one stands still, one dies between two steps, and what Redis had
// for later is gone.

let night: Night
let scene: Scene
let inspector: Redis
beforeAll(async () => {
  night = await Night.open({ processes: 2 })
  inspector = new Redis(night.redisUrl)
}, 240_000)
afterEach(async () => {
  await scene?.close()
  await night.restore()
})
afterAll(async () => {
  inspector?.disconnect()
  await night?.close()
})

const storyMs = 180_000
const home = {
  name: 'Aylin Demir',
  line1: '1 Quay Street',
  city: 'Bristol',
  postalCode: 'BS1 4DJ',
  country: 'GB',
}

test(
  'a process stands still for ten seconds and wakes up: the other serves, nothing is done twice',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    const still = night.web(1)
    still.signal('SIGSTOP')
    try {
      let served = 0
      await lasts(10_000, async () => {
        const { outcome } = await scene.asks(0)
        expect(['ok', 'LIMIT_PER_BUYER', 'SOLD_OUT']).toContain(outcome)
        served += 1
        await lasts(500)
      })
      expect(served).toBeGreaterThan(5)
    } finally {
      still.signal('SIGCONT')
    }
    const recoveryMs = await scene.recovered(1)
    const row = {
      line: 'F19',
      fault: 'A process stands still',
      how: '`kill -STOP` of one of two for 10 s',
      recoveryMs,
    }
    expect(await scene.end(row, { mayBeLate: true })).toEqual([])
  },
  storyMs,
)

test(
  'a process dies between the order and the payment company: the payment is opened all the same',
  async () => {
    scene = await Scene.open(night, { buyers: 10 })
    const [buyer] = await night.people(1)
    if (!buyer) throw new Error('nobody came')
    const hold = await holdOne(buyer)
    const body = { holdIds: [hold], shippingAddress: home }
    const place = (web: number) =>
      askHttp<Placed>(night.web(web).url, 'POST', '/orders', {
        ...buyer,
        body,
        key: 'the-order',
        limitMs: checkoutLimitMs,
      })
    const orderId = await dieBeforeTheCompanyAnswers(place)
    const died = performance.now()
    // Nobody asks again: the other process finds the payment and opens it.
    const payUrl = await payUrlOf(orderId, buyer)
    const recoveryMs = performance.now() - died
    const again = await place(1)
    expect(again.value?.order.id).toBe(orderId)
    const path = new URL(payUrl).pathname
    const pay = () =>
      askHttp(night.web(1).url, 'POST', path, { body: { card: '4242424242424242' } })
    const paid = await Promise.all([pay(), pay()])
    expect(paid.map(({ outcome }) => outcome)).toEqual(['ok', 'ok'])
    const isPaid = async () => (await statusOf(orderId)) === 'paid'
    await until('the order is paid', isPaid, 30_000)
    await night.web(0).start()
    scene.crowd.go()
    const row = {
      line: 'F2',
      fault: 'A process dies between order and payment',
      how: '`kill -9` while the provider does not answer',
      recoveryMs,
    }
    expect(await scene.end(row)).toEqual([])
    const charges = await night.sql`
    select 1 from sandbox_payments s join payments p on p.id = s.reference where p.order_id = ${orderId}`
    expect(charges).toHaveLength(1)
  },
  storyMs,
)

test(
  'every key of BullMQ is deleted, again and again: letters, refunds and events reach their end',
  async () => {
    scene = await Scene.open(night)
    await night.sql`update accounts set email = id || '@example.test' where email is null and kind = 'account'`
    await scene.inFullSwing()
    const before = new Set(letters())
    let deleted = 0
    await lasts(6_000, async () => {
      const keys = await inspector.keys('bull:*')
      if (keys.length > 0) deleted += await inspector.del(keys)
      await lasts(100)
    })
    await scene.crowd.done
    const [one] = scene.crowd.ids('pay')
    const desk = as(night.web(0).url, scene.stage.host)
    await until('it is paid', async () => (await statusOf(one as string)) === 'paid', 30_000)
    await desk.post(`/merchant/orders/${one}/refund`)
    const from = performance.now()
    await settle(night)
    const recoveryMs = performance.now() - from
    expect(await statusOf(one as string)).toBe('refunded')
    expect(deleted).toBeGreaterThan(0)
    const paid = scene.crowd.ids('pay').length
    // A letter for each paid order, and one for the refund.
    const fresh = letters().filter((name) => !before.has(name))
    expect(fresh.length).toBeGreaterThanOrEqual(paid + 1)
    for (const name of fresh)
      expect(readFileSync(join(mailbox(), name), 'utf8')).toContain('example.test')
    const row = {
      line: 'F32',
      fault: 'The queues are lost',
      how: `every BullMQ key deleted for 6 s (${deleted} keys)`,
      recoveryMs,
    }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

const mailbox = () => join(night.folder, 'data', 'mail')
const letters = () => {
  try {
    return readdirSync(mailbox()).filter((name) => name.endsWith('.eml'))
  } catch {
    return [] // No letter was ever sent: the folder is made with the first.
  }
}

async function holdOne(buyer: { token: string }): Promise<string> {
  const { showId, variantId } = scene.stage
  const what = { showId, variantId, quantity: 1 }
  return (await as(night.web(0).url, buyer).post<{ holdId: string }>('/holds', what)).holdId
}

/** The company's own table is locked, so that it cannot answer; then the process that asked is killed. */
async function dieBeforeTheCompanyAnswers(place: (web: number) => Promise<unknown>) {
  const asking = night.sql.begin(async (tx) => {
    await tx`lock table sandbox_payments in access exclusive mode`
    const answer = place(0)
    const waits = async () => {
      const [row] = await night.sql<{ n: number }[]>`
        select count(*)::int as n from pg_stat_activity where usename = 'shop' and query like '%sandbox_open%'
          and wait_event_type = 'Lock'`
      return (row?.n ?? 0) > 0
    }
    await until('the company was asked', waits, 10_000)
    await night.web(0).kill()
    await answer
  })
  await asking
  const [order] = await night.sql<{ id: string; ref: string | null }[]>`
    select o.id, p.provider_ref as ref from orders o join payments p on p.order_id = o.id where o.key = 'the-order'`
  if (!order) throw new Error('the order was lost')
  expect(order.ref).toBeNull()
  return order.id
}

async function payUrlOf(orderId: string, buyer: { token: string }): Promise<string> {
  let url: string | null = null
  const { get } = as(night.web(1).url, buyer)
  const isThere = async () => {
    url = (await get<{ payUrl: string | null }>(`/orders/${orderId}/payment`)).payUrl
    return url !== null
  }
  await until('there is an address to pay at', isThere, 30_000)
  return url as unknown as string
}

async function statusOf(orderId: string): Promise<string | undefined> {
  const [order] = await night.sql<
    { status: string }[]
  >`select status from orders where id = ${orderId}`
  return order?.status
}
