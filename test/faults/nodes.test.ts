import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Placed } from '../support/front.ts'
import { home } from '../support/home.ts'
import { as, askHttp, checkoutLimitMs } from '../support/night/client.ts'
import { settle } from '../support/night/judge.ts'
import { Scene } from '../support/night/scene.ts'
import { must, Steps } from '../support/night/steps.ts'
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

test(
  'a process stands still for 35 seconds, longer than its jobs may: the other does them, once',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    const still = night.web(0)
    still.signal('SIGSTOP')
    try {
      await lasts(35_000, () => lasts(500))
      expect(await scene.decides(1)).toBe(true)
    } finally {
      still.signal('SIGCONT')
    }
    const recoveryMs = await scene.recovered(0)
    const how = '`kill -STOP` for 35 s: locks of BullMQ (30 s) and transactions (1 s) run out'
    const row = { line: 'F31', fault: 'A process with jobs stands still', how, recoveryMs }
    expect(await scene.end(row, { mayBeLate: true, canary: 'served' })).toEqual([])
  },
  storyMs,
)

test(
  'the loop of a process is blocked, 2 s and then 10: the other serves, nothing is done twice',
  async () => {
    scene = await Scene.open(night)
    const { stallsOver } = night.web(0)
    night.web(0).arm('hold.after-commit=stall:2000,order.after-commit=stall:10000')
    await scene.inFullSwing()
    const isOver = () => stallsOver.size === 2
    await until('it has stood still twice', isOver, 60_000)
    const recoveryMs = await scene.recovered(0)
    const how = 'between commit and answer (failpoints), 2 s in a hold, 10 s in an order'
    const row = { line: 'F18', fault: 'The loop is blocked', how, recoveryMs }
    expect(await scene.end(row, { mayBeLate: true, canary: 'served' })).toEqual([])
  },
  storyMs,
)

test(
  'a process stops inside a transaction: its locks are free after a second',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    const { showId, host } = scene.stage
    const [helper] = await night.people(1)
    const still = night.web(0)
    let stopped = 0
    // Whoever makes a moderator writes in more than one step, all of them under the lock of the show's head.
    const standing = async (where: string) => {
      const [row] = await night.sql<{ pid: number }[]>`
        select pid from pg_stat_activity
        where usename = 'shop' and state = ${where} and query like '%append_as_v1%'`
      return row !== undefined
    }
    try {
      await night.sql.begin(async (tx) => {
        await tx`select 1 from show_heads where show_id = ${showId} for update`
        void askHttp(still.url, 'PUT', `/shows/${showId}/moderators/${helper?.id}`, host)
        await until('a transaction waits for the head', () => standing('active'), 30_000)
        still.signal('SIGSTOP')
        stopped = performance.now()
      })
      await until('it has the head', () => standing('idle in transaction'), 30_000)
      await night.sql`select 1 from show_heads where show_id = ${showId} for update`
      const freeMs = performance.now() - stopped
      expect(freeMs).toBeGreaterThan(500)
      expect(freeMs).toBeLessThan(5_000)
      const said = scene.talker.said
      await until('the talk goes on', () => scene.talker.said > said, 20_000)
      await scene.decides(1)
      still.signal('SIGCONT')
      const recoveryMs = await scene.recovered(0)
      const how = `\`kill -STOP\` while it holds a show; free after ${(freeMs / 1_000).toFixed(1)} s`
      const row = { line: 'F19', fault: 'A process stops in a transaction', how, recoveryMs }
      expect(await scene.end(row, { mayBeLate: true })).toEqual([])
    } finally {
      still.signal('SIGCONT')
    }
  },
  storyMs,
)

test(
  'one process is cut off from Redis alone: it serves, and a pull on the other binds it',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.waysOf(0).redis.set({ kind: 'black-hole' })
    const isTold = async () => (await night.web(0).readiness()).redis === 'degraded'
    await until('it is told', isTold, 30_000)
    expect((await night.web(1).readiness()).redis).toBe('ok')
    const { pulled, refused } = await pullOn(1, 0)
    expect([pulled, refused]).toEqual(['ok', 'PRODUCT_PULLED'])
    await night.waysOf(0).redis.heal()
    const isBack = async () => (await night.web(0).readiness()).redis === 'ok'
    const recoveryMs = await until('Redis is back', isBack, 30_000)
    const how = 'black hole between one of two processes and Redis (proxy)'
    const row = { line: 'F30', fault: 'Cut off from Redis', how, recoveryMs }
    expect(await scene.end(row, { canary: 'served' })).toEqual([])
  },
  storyMs,
)

test(
  'one process is cut off from Postgres alone: it says so and refuses, the other serves',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.waysOf(0).postgres.set({ kind: 'black-hole' })
    const isOut = async () => (await night.web(0).readiness(10_000)).httpStatus === 503
    await until('it leaves the rotation', isOut, 30_000)
    expect((await night.web(1).readiness()).httpStatus).toBe(200)
    const { pulled, refused } = await pullOn(1, 0)
    expect([pulled, refused]).toEqual(['ok', 'UNAVAILABLE'])
    await night.waysOf(0).postgres.heal()
    const recoveryMs = await scene.recovered(0)
    const how = 'black hole between one of two processes and Postgres (proxy)'
    const row = { line: 'F30', fault: 'Cut off from Postgres', how, recoveryMs }
    expect(await scene.end(row, { canary: 'served' })).toEqual([])
  },
  storyMs,
)

test(
  'a viewer changes to the other process in the middle of a checkout: hold and order are there',
  async () => {
    scene = await Scene.open(night, { buyers: 5 })
    scene.crowd.go()
    const steps = await Steps.begin(night, 0)
    const holdId = await steps.held(0)
    const { you } = await steps.look(1)
    expect(you.holds.map((hold) => hold.holdId)).toEqual([holdId])
    const { id } = must(await steps.order(1, holdId)).order
    const from = performance.now()
    must(await steps.pay(0, id))
    const isPaid = async () => (await statusOf(id)) === 'paid'
    await until('it is paid', isPaid, 30_000)
    const recoveryMs = performance.now() - from
    const how = 'held on one process, looked at and ordered on the other, paid on the first'
    const row = { line: 'F27', fault: 'A buyer changes processes', how, recoveryMs }
    expect(await scene.end(row, { canary: 'served' })).toEqual([])
  },
  storyMs,
)

test(
  'the bank does not answer: orders stand, holds are kept, nobody is charged blindly',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    const steps = await Steps.begin(night, 0)
    const holdId = await steps.held(0)
    const id = await night.sql.begin(async (tx) => {
      await tx`lock table sandbox_payments in access exclusive mode`
      const { order, payment } = must(await steps.order(0, holdId))
      expect(payment.payUrl).toBeNull()
      await lasts(3_000)
      return order.id
    })
    const pays = async () => (await steps.pay(0, id)).outcome === 'ok'
    const recoveryMs = await until('it can be paid', pays, 30_000)
    const isPaid = async () => (await statusOf(id)) === 'paid'
    await until('it is paid', isPaid, 30_000)
    const how = "the sandbox bank's tables locked for 6 s: its API times out"
    const row = { line: 'F40', fault: 'The bank is away', how, recoveryMs }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

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
    const before = new Set(letters())
    await scene.inFullSwing()
    let deleted = 0
    await lasts(6_000, async () => {
      const keys = await inspector.keys('{vitrine}:*')
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

/** Takes a product off sale on one process, then asks for it on another. */
async function pullOn(here: number, there: number) {
  const steps = await Steps.begin(night, here)
  const { outcome: pulled } = await steps.pull(here)
  const { outcome: refused } = await steps.hold(there)
  return { pulled, refused }
}

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
    await until('the company was asked', waits, 30_000)
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
