import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  answerDays,
  arriveDays,
  disputeDays,
  faultDaysMin,
  returnDays,
} from '../../../shared/limits.ts'
import { address, type Counter, openCounter, parcel, words } from '../../../test/support/counter.ts'
import { codeOf } from '../../../test/support/shop.ts'
import { euros } from '../../../test/support/till.ts'
import { newId } from '../../base/ids.ts'

let counter: Counter
let till: Counter['till']
let returns: Counter['returns']

beforeAll(async () => {
  counter = await openCounter()
  ;({ till, returns } = counter)
})
afterAll(async () => {
  expect(await counter.findings()).toEqual([])
  await counter.close()
})

/** Lets days go by for an order: since it was sent, since it arrived. */
const age = (orderId: string, days: number) => till.shop.sql`
  update orders set shipped_at = shipped_at - ${days} * interval '1 day', arrived_at = arrived_at - ${days} * interval '1 day',
    paid_at = paid_at - ${days} * interval '1 day' where id = ${orderId}`

describe('the time to ask', () => {
  test('ends so many days after it arrived, as the shop promised when it was sent', async () => {
    const scene = await counter.sent({ address, returnDays: 3 })
    await till.shop
      .sql`update merchants set settings = settings || '{"returnDays": 0}' where account_id = ${scene.host.accountId}`
    await till.orders.arrived(scene.buyer, scene.order.id)
    expect((await till.orders.read(scene.buyer, scene.order.id)).status).toBe('delivered')
    await age(scene.order.id, 2.9)
    const first = await scene.ask(1, 'changed-mind')
    await scene.withdraw(first)
    await age(scene.order.id, 0.2)
    expect(await codeOf(scene.ask(1, 'changed-mind'))).toBe('CONFLICT')
    expect((await scene.ask(1, 'damaged')).state).toBe('asked')
  })

  test('counts from the sending where nobody said that it arrived', async () => {
    const scene = await counter.sent()
    await age(scene.order.id, returnDays + arriveDays - 0.1)
    const first = await scene.ask(1, 'changed-mind')
    await scene.withdraw(first)
    await age(scene.order.id, 0.2)
    expect(await codeOf(scene.ask(1, 'changed-mind'))).toBe('CONFLICT')
  })

  test('of a fault is never less than the house says; of no fault a shop may give none', async () => {
    const scene = await counter.sent({ address, returnDays: 0 })
    expect(await codeOf(scene.ask(1, 'changed-mind'))).toBe('CONFLICT')
    await age(scene.order.id, arriveDays + faultDaysMin - 0.1)
    const first = await scene.ask(1, 'never-came')
    await scene.withdraw(first)
    await age(scene.order.id, 0.2)
    expect(await codeOf(scene.ask(1, 'never-came'))).toBe('CONFLICT')
  })

  test('begins when it is sent; what arrived cannot have never come', async () => {
    const unsent = await till.paid()
    const items = [{ holdId: unsent.holdId, quantity: 1 }]
    const ask = { items, reason: 'never-came' as const }
    expect(await codeOf(returns.ask(unsent.buyer, unsent.order.id, ask, newId()))).toBe('CONFLICT')
    expect(await codeOf(till.orders.arrived(unsent.buyer, unsent.order.id))).toBe('CONFLICT')
    const scene = await counter.sent()
    expect(await codeOf(till.orders.arrived(scene.host, scene.order.id))).toBe('NOT_FOUND')
    const arrived = await till.orders.arrived(scene.buyer, scene.order.id)
    expect(await till.orders.arrived(scene.buyer, scene.order.id)).toEqual(arrived)
    expect(await codeOf(scene.ask(1, 'never-came'))).toBe('CONFLICT')
  })
})

describe('time', () => {
  test('accepts what nobody answered, and closes what was not sent back', async () => {
    const scene = await counter.sent()
    const { id } = await scene.ask()
    await returns.pass()
    expect((await scene.read(id))?.state).toBe('asked')
    await counter.isDue(id)
    await returns.pass()
    expect(await scene.read(id)).toMatchObject({ state: 'accepted', sendTo: address })
    await counter.isDue(id)
    await returns.pass()
    expect((await scene.read(id))?.state).toBe('closed')
    expect(await returns.pass()).toBe(0)
    expect((await scene.ask(2)).state).toBe('asked')
  })

  test('pays back what cannot be sent back: it never came, or the shop has no address', async () => {
    const [lost, homeless] = [await counter.sent(), await counter.sent({})]
    const first = await lost.ask(2, 'never-came')
    const second = await homeless.ask(1)
    expect(await codeOf(lost.accept(first))).toBe('CONFLICT')
    expect(await codeOf(homeless.accept(second))).toBe('CONFLICT')
    await counter.isDue(first.id)
    await counter.isDue(second.id)
    await returns.pass()
    expect(await lost.read(first.id)).toMatchObject({ state: 'refunded', left: euros(0) })
    expect(await homeless.read(second.id)).toMatchObject({ refunded: euros(2_000) })
    expect((await till.shop.stock(lost.variantId)).on_hand).toBe(3)
    await till.orders.settleRefunds()
  })

  /** A parcel on its way back, which the shop should have confirmed so many days ago. */
  async function unconfirmed(days: number) {
    const scene = await counter.sent()
    const asked = await scene.ask()
    await scene.accept(asked)
    await returns.move('sent', scene.buyer, asked.id, parcel)
    await counter.isDue(asked.id, days)
    return { ...scene, asked }
  }

  test('brings a parcel that nobody confirms before the house, once its buyer had time to ask', async () => {
    const early = await unconfirmed(disputeDays - 0.1)
    const late = await unconfirmed(disputeDays + 0.1)
    const people = [late.buyer, late.host, counter.admin].map(({ accountId }) => accountId)
    await till.shop
      .sql`update accounts set email = id || '@b.test' where id = any(${people}::uuid[])`
    await returns.pass()
    expect((await early.read(early.asked.id))?.state).toBe('sent')
    const disputed = (await late.read(late.asked.id)) ?? expect.fail('it is not there')
    expect(disputed.state).toBe('disputed')
    expect(disputed.steps.at(-1)).toMatchObject({ step: 'disputed', by: 'time' })
    const days = (Date.parse(disputed.dueAt ?? '') - Date.now()) / 86_400_000
    expect(days).toBeCloseTo(answerDays, 1)
    const told = await till.shop.sql`
      select facts ->> 'to' as to from mails
      where facts -> 'return' ->> 'id' = ${disputed.id} and facts ->> 'step' = 'disputed' order by 1`
    expect(told.map(({ to }) => to)).toEqual(['buyer', 'house', 'merchant'])
    await returns.move('answer', late.host, disputed.id, { words })
    expect((await counter.decide(counter.admin, disputed, 2_000)).state).toBe('decided')
    await till.orders.settleRefunds()
  })

  test('ends a parcel that nobody confirms where all of its money went back already', async () => {
    const scene = await unconfirmed(disputeDays + 0.1)
    await till.orders.refund(scene.host, scene.order.id, {}, newId())
    await returns.pass()
    expect((await scene.read(scene.asked.id))?.state).toBe('refunded')
    await till.orders.settleRefunds()
  })

  /** A shop with a return for each of these hours that it has to answer in. */
  async function waiting(dueInHours: number[]) {
    const stand = await till.shop.open(9)
    const { host } = stand
    const ids: string[] = []
    for (const hours of dueInHours) {
      const buyer = await till.shop.person()
      const holdId = await till.hold(buyer, stand)
      const { order, payment } = await till.place(buyer, [holdId])
      await till.hear(till.company.move(payment.id, 'succeeded'))
      await till.orders.ship(host, order.id, parcel)
      const items = [{ holdId, quantity: 1 }]
      const { id } = await returns.ask(buyer, order.id, { items, reason: 'wrong' }, newId())
      await till.shop
        .sql`update order_returns set due_at = now() + ${hours} * interval '1 hour' where id = ${id}`
      ids.push(id)
    }
    return { host, ids }
  }

  test('puts the soonest deadline first at the desk', async () => {
    const { host, ids } = await waiting([3, 1, 2])
    const [three, one, two] = ids
    const first = await returns.merchantList(host, { waiting: true, limit: 2 })
    const cursor = first.nextCursor ?? expect.fail('there is no second page')
    const second = await returns.merchantList(host, { waiting: true, limit: 2, cursor })
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([one, two, three])
    const all = await returns.merchantList(host, {})
    expect(all.items.map(({ id }) => id)).toEqual([two, one, three])
    expect((await returns.merchantList(host, { state: 'accepted' })).items).toEqual([])
  })

  test('goes on where a page ended, also when its last return was answered meanwhile', async () => {
    const { host, ids } = await waiting([1, 2, 3, 4])
    const first = await returns.merchantList(host, { waiting: true, limit: 2 })
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2))
    await returns.move('refuse', host, ids[1] as string, { words: 'no' })
    const cursor = first.nextCursor ?? expect.fail('there is no second page')
    const second = await returns.merchantList(host, { waiting: true, limit: 2, cursor })
    expect(second.items.map(({ id }) => id)).toEqual(ids.slice(2))
  })
})

test('a shop has as many days to answer as it is told', async () => {
  const scene = await counter.sent()
  const { createdAt, dueAt } = await scene.ask()
  const days = (Date.parse(dueAt ?? '') - Date.parse(createdAt)) / 86_400_000
  expect(days).toBeCloseTo(answerDays, 1)
})
