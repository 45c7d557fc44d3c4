import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  mayAct,
  type ReturnAct,
  type ReturnState,
  returnMoves,
  returnStates,
} from '../../../shared/domain/returns.ts'
import {
  address,
  type Counter,
  openCounter,
  parcel,
  type Sent,
  words,
} from '../../../test/support/counter.ts'
import { codeOf } from '../../../test/support/shop.ts'
import { euros } from '../../../test/support/till.ts'
import { newId } from '../../base/ids.ts'

let counter: Counter
let till: Counter['till']
let returns: Counter['returns']
let admin: Counter['admin']

beforeAll(async () => {
  counter = await openCounter()
  ;({ till, returns, admin } = counter)
})
afterAll(async () => {
  expect(await counter.findings()).toEqual([])
  await counter.close()
})

describe('a return', () => {
  test('goes from asking to money back and units on the shelf', async () => {
    const scene = await counter.sent()
    const { host, buyer, holdId, variantId, order } = scene
    const asked = await scene.ask()
    expect(asked).toMatchObject({ state: 'asked', paid: euros(2_000), sendTo: null })
    expect(await scene.accept(asked)).toMatchObject({ state: 'accepted', sendTo: address })
    await returns.move('sent', buyer, asked.id, parcel)
    const restock = [{ holdId, quantity: 1 }]
    const key = newId()
    const done = await returns.giveBack('received', host, asked.id, { restock }, key)
    expect(done).toMatchObject({ state: 'refunded', refunded: euros(2_000), left: euros(0) })
    expect(await returns.giveBack('received', host, asked.id, { restock }, key)).toEqual(done)
    expect(await codeOf(returns.giveBack('received', host, asked.id, { restock: [] }, key))).toBe(
      'IDEMPOTENCY_MISMATCH',
    )
    expect(await till.shop.stock(variantId)).toMatchObject({ on_hand: 4, held: 0, sold: 0 })
    expect((await till.orders.read(buyer, order.id)).refunded).toEqual(euros(2_000))
    expect(done.steps.map(({ step, by }) => `${by} ${step}`)).toEqual([
      'buyer asked',
      'merchant accepted',
      'buyer sent',
      'merchant received',
    ])
    await till.orders.settleRefunds()
  })

  test('is of pieces that were bought, each once, and one at a time', async () => {
    const scene = await counter.sent()
    expect(await codeOf(scene.ask(3))).toBe('CONFLICT')
    const first = await scene.ask(1)
    expect(await codeOf(scene.ask(1))).toBe('CONFLICT')
    await scene.refund(first)
    expect(await codeOf(scene.ask(2))).toBe('CONFLICT')
    const { pieces } = await returns.ofOrder(scene.buyer, scene.order.id)
    expect(pieces).toEqual([{ holdId: scene.holdId, left: 1 }])
    const second = await scene.ask(1)
    await scene.withdraw(second)
    const again = await scene.ask(1)
    expect(await codeOf(scene.withdraw(second))).toBe('CONFLICT')
    await scene.refund(again)
    expect(await codeOf(scene.ask(1))).toBe('CONFLICT')
    const twice = [
      { holdId: scene.holdId, quantity: 1 },
      { holdId: scene.holdId, quantity: 1 },
    ]
    const ask = { items: twice, reason: 'wrong' as const }
    expect(await codeOf(returns.ask(scene.buyer, scene.order.id, ask, newId()))).toBe('VALIDATION')
  })

  test('is not of what cost nothing alone', async () => {
    const { host, winner, prize, ...stand } = await till.won()
    const bought = await till.hold(winner, stand)
    const { order, payment } = await till.place(winner, [prize, bought])
    await till.hear(till.company.move(payment.id, 'succeeded'))
    await till.orders.ship(host, order.id, parcel)
    const ask = (...holdIds: string[]) => {
      const items = holdIds.map((holdId) => ({ holdId, quantity: 1 }))
      return codeOf(returns.ask(winner, order.id, { items, reason: 'wrong' }, newId()))
    }
    expect(await ask(prize)).toBe('CONFLICT')
    expect(await ask(prize, bought)).toBe('ok')
  })

  test('costs what was paid: a part of the discount each, and never more than the whole', async () => {
    const worth = async (units: number) => {
      const [row] = await till.shop.sql<{ worth: number }[]>`
        select paid_for_v1(jsonb_populate_record(null::order_items, '{"price": 1000, "discount": 100, "quantity": 3}'), ${units})::int as worth`
      return row?.worth
    }
    expect([await worth(1), await worth(2), await worth(3)]).toEqual([966, 1_933, 2_900])
  })

  test('gives back less with a reason alone, and never more than is left', async () => {
    const scene = await counter.sent()
    const asked = await scene.ask(2)
    const { host, order } = scene
    const less = (amount: number, said?: string) =>
      codeOf(
        returns.giveBack(
          'refund',
          host,
          asked.id,
          { amount, ...(said && { words: said }) },
          newId(),
        ),
      )
    expect(await less(3_999)).toBe('CONFLICT')
    expect(await less(4_001, words)).toBe('CONFLICT')
    await till.orders.refund(host, order.id, { amount: 3_500 }, newId())
    expect((await scene.read(asked.id))?.left).toEqual(euros(500))
    expect(await less(501, words)).toBe('CONFLICT')
    expect(await scene.refund(asked)).toMatchObject({ refunded: euros(500), left: euros(0) })
    await till.orders.settleRefunds()
  })

  test('does not take more units back than it is of, and nobody takes them twice', async () => {
    const scene = await counter.sent()
    const asked = await scene.ask(1)
    await scene.accept(asked)
    const receive = (quantity: number) => codeOf(scene.receive(asked, quantity))
    expect(await receive(2)).toBe('CONFLICT')
    expect(await receive(1)).toBe('ok')
    expect(await receive(1)).toBe('CONFLICT')
    expect((await till.shop.stock(scene.variantId)).on_hand).toBe(4)
  })

  test('is there for its two sides and admins, and for nobody else', async () => {
    const scene = await counter.sent()
    const { id } = await scene.ask()
    const other = await counter.sent()
    for (const who of [other.buyer, other.host, await till.shop.person()]) {
      expect(await codeOf(returns.ofOrder(who, scene.order.id))).toBe('NOT_FOUND')
      for (const [act, { by }] of Object.entries(returnMoves) as [ReturnAct, { by: string }][]) {
        if (by === 'house') continue
        const money = act === 'refund' || act === 'received'
        const call = money
          ? returns.giveBack(act, who, id, {}, newId())
          : returns.move(act, who, id, { words })
        expect(await codeOf(call), act).toBe('NOT_FOUND')
      }
    }
    expect(await codeOf(returns.move('accept', scene.buyer, id, {}))).toBe('NOT_FOUND')
    for (const who of [scene.buyer, scene.host, admin]) {
      expect((await returns.ofOrder(who, scene.order.id)).items).toHaveLength(1)
    }
    expect((await returns.merchantList(other.host, {})).items).toEqual([])
  })
})

describe('the table of moves', () => {
  const acts = Object.keys(returnMoves) as ReturnAct[]

  /** Does it as the side whose act it is; answers whether it was done. */
  async function isDone(act: ReturnAct, scene: Sent, id: string): Promise<boolean> {
    const who = { buyer: scene.buyer, merchant: scene.host, house: admin }[returnMoves[act].by]
    const isMoney = act === 'refund' || act === 'received' || act === 'decide'
    const code = await codeOf(
      isMoney
        ? returns.giveBack(act, who, id, { amount: 0, words }, newId())
        : returns.move(act, who, id, act === 'withdraw' || act === 'accept' ? {} : { words }),
    )
    if (code !== 'ok' && code !== 'CONFLICT') throw new Error(`${act} was refused as ${code}`)
    return code === 'ok'
  }

  /** A return that stands there, as if by its way. */
  async function standing(state: ReturnState, due: string) {
    const scene = await counter.sent()
    const { id } = await scene.ask()
    await till.shop
      .sql`update order_returns set state = ${state}, due_at = now() + ${due}::interval where id = ${id}`
    return { scene, id }
  }

  test.each(returnStates)('holds on the server for what is %s', async (state) => {
    for (const due of ['1 day', '-1 second']) {
      const { scene, id } = await standing(state, due)
      const seen = (await scene.read(id)) ?? expect.fail('it is not there')
      for (const act of acts) {
        const may = mayAct(act, seen, returnMoves[act].by, Date.now())
        const place = may ? await standing(state, due) : { scene, id }
        expect([act, due, await isDone(act, place.scene, place.id)]).toEqual([act, due, may])
        if (may) await returnsAway(place.id)
      }
      await returnsAway(id)
    }
  })

  /** What was put there by hand is no honest row. */
  const returnsAway = (id: string) => till.shop.sql`
    with a as (delete from return_steps where return_id = ${id}), b as (delete from return_items where return_id = ${id})
    delete from order_returns where id = ${id}`
})

describe('the house', () => {
  test('decides after a no, from nothing to what was paid, once', async () => {
    const scene = await counter.sent()
    const asked = await scene.ask(2, 'not-as-described')
    await scene.refuse(asked)
    expect((await scene.dispute(asked)).state).toBe('disputed')
    await returns.move('answer', scene.host, asked.id, { words: 'It is as shown.' })
    expect((await returns.disputes(admin, {})).items.map(({ id }) => id)).toContain(asked.id)
    expect(await codeOf(counter.decide(admin, asked, 4_001))).toBe('CONFLICT')
    for (const who of [scene.buyer, scene.host]) {
      expect(await codeOf(counter.decide(who, asked, 0))).toBe('FORBIDDEN')
      expect(await codeOf(returns.disputes(who, {}))).toBe('FORBIDDEN')
    }
    const decided = await counter.decide(admin, asked, 1_500)
    expect(decided).toMatchObject({ state: 'decided', refunded: euros(1_500) })
    expect(await codeOf(counter.decide(admin, asked, 100))).toBe('CONFLICT')
    expect((await returns.disputes(admin, { decided: true })).items).toEqual([decided])
    await till.orders.settleRefunds()
  })

  test('adds to what the shop gave, never above what was paid', async () => {
    const scene = await counter.sent()
    const asked = await scene.ask(1)
    await scene.refund(asked, 1_200)
    await scene.dispute(asked)
    expect(await codeOf(counter.decide(admin, asked, 801))).toBe('CONFLICT')
    expect(await counter.decide(admin, asked, 800)).toMatchObject({ refunded: euros(2_000) })
    await till.orders.settleRefunds()
  })

  test('is asked once, in time, of pieces that are in no other return', async () => {
    const scene = await counter.sent()
    const first = await scene.ask(2)
    await scene.refuse(first)
    const second = await scene.ask(1)
    expect(await codeOf(scene.dispute(first))).toBe('CONFLICT')
    await scene.refund(second)
    expect(await codeOf(scene.dispute(first))).toBe('CONFLICT')
    expect(await codeOf(scene.dispute(second))).toBe('CONFLICT')
    const late = await counter.sent()
    const refused = await late.ask()
    await late.refuse(refused)
    await counter.isDue(refused.id)
    expect(await codeOf(late.dispute(refused))).toBe('CONFLICT')
    const back = await late.ask()
    await late.refuse(back)
    await late.dispute(back)
    await late.withdraw(back)
    expect(await codeOf(late.dispute(back))).toBe('CONFLICT')
  })

  test('is no side of what it decides', async () => {
    const scene = await counter.sent()
    const asked = await scene.ask()
    await scene.refuse(asked)
    await scene.dispute(asked)
    await till.shop.sql`update accounts set kind = 'admin' where id = ${scene.host.accountId}`
    expect(await codeOf(counter.decide(scene.host, asked, 0))).toBe('FORBIDDEN')
    expect((await counter.decide(admin, asked, 0)).state).toBe('decided')
  })
})
