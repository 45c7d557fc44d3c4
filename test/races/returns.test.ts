import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../server/base/ids.ts'
import { type Counter, openCounter, words } from '../support/counter.ts'
import { codeOf, tally } from '../support/shop.ts'

let counter: Counter

beforeAll(async () => {
  counter = await openCounter()
})
afterAll(async () => {
  expect(await counter.findings()).toEqual([])
  await counter.close()
})

const rounds = 20
const oneWins = { ok: 1, CONFLICT: 1 }
const both = (...calls: Promise<unknown>[]) => Promise.all(calls.map(codeOf)).then(tally)

test('whatever two do with a return at the same moment, one of them did it', async () => {
  const { returns, sent } = counter
  for (let round = 0; round < rounds; round++) {
    const scene = await sent()
    const first = await scene.ask(1)
    expect(await both(scene.withdraw(first), scene.refund(first))).toEqual(oneWins)
    const { pieces } = await returns.ofOrder(scene.buyer, scene.order.id)
    const second = await scene.ask(pieces[0]?.left ?? 0)
    expect(await both(scene.accept(second), scene.refuse(second))).toEqual(oneWins)
  }
})

test('two clerks receive one parcel: its money goes back once, its units are on the shelf once', async () => {
  for (let round = 0; round < rounds; round++) {
    const scene = await counter.sent()
    const asked = await scene.ask(1)
    await scene.accept(asked)
    expect(await both(scene.receive(asked, 1), scene.receive(asked, 1))).toEqual(oneWins)
    expect((await counter.till.shop.stock(scene.variantId)).on_hand).toBe(4)
    expect((await scene.read(asked.id))?.refunded.amount).toBe(2_000)
  }
})

test('pressed twice with one key, a return is asked once and paid once', async () => {
  const { returns, sent } = counter
  for (let round = 0; round < rounds; round++) {
    const scene = await sent()
    const key = newId()
    const [a, b] = await Promise.all([scene.ask(1, 'wrong', key), scene.ask(1, 'wrong', key)])
    expect(a).toEqual(b)
    const give = () => returns.giveBack('refund', scene.host, a.id, { amount: 1_500, words }, key)
    const [c, d] = await Promise.all([give(), give()])
    expect(c).toEqual(d)
    expect((await scene.read(a.id))?.refunded.amount).toBe(1_500)
  }
})

test('time and a shop that answers in the same moment: one of them did', async () => {
  for (let round = 0; round < rounds; round++) {
    const scene = await counter.sent()
    const asked = await scene.ask(2, 'never-came')
    await counter.isDue(asked.id)
    await Promise.all([counter.returns.pass(), codeOf(scene.refuse(asked))])
    const { state, steps = [] } = (await scene.read(asked.id)) ?? {}
    expect(['refunded', 'refused']).toContain(state)
    expect(steps).toHaveLength(2)
  }
})

test('two processes let time pass at once: each return takes one step', async () => {
  const { isDue, returns, sent } = counter
  for (let round = 0; round < rounds; round++) {
    const scenes = await Promise.all([sent(), sent(), sent()])
    const asked = await Promise.all(scenes.map((scene) => scene.ask(1)))
    await Promise.all(asked.map(({ id }) => isDue(id)))
    await Promise.all([returns.pass(), returns.pass(), returns.pass()])
    const now = await Promise.all(scenes.map((scene, n) => scene.read(asked[n]?.id ?? '')))
    expect(now.map((it) => it?.state)).toEqual(['accepted', 'accepted', 'accepted'])
  }
})

test('the shop gives an order back while the house decides: never more than was paid', async () => {
  const { admin, decide, sent, till } = counter
  for (let round = 0; round < rounds; round++) {
    const scene = await sent()
    const asked = await scene.ask(2)
    await scene.refuse(asked)
    await scene.dispute(asked)
    const all = till.orders.refund(scene.host, scene.order.id, {}, newId())
    await Promise.all([codeOf(all), codeOf(decide(admin, asked, 4_000))])
    expect((await till.orders.read(scene.buyer, scene.order.id)).refunded.amount).toBe(4_000)
  }
})

test('who is no admin any more decides nothing, also what was on its way', async () => {
  const { admin, decide, sent, sql, till } = counter
  const scene = await sent()
  const asked = await scene.ask(2)
  await scene.refuse(asked)
  await scene.dispute(asked)
  const { decided } = await till.shop.pg.jobs.begin(async (tx) => {
    await tx`select from orders where id = ${scene.order.id} for update`
    const decided = codeOf(decide(admin, asked, 4_000))
    const waiting = () =>
      tx`select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))`
    await expect.poll(waiting).toHaveLength(1)
    await sql`update accounts set kind = 'account' where id = ${admin.accountId}`
    return { decided }
  })
  expect(await decided).toBe('FORBIDDEN')
  await sql`update accounts set kind = 'admin' where id = ${admin.accountId}`
})
