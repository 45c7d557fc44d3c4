import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../server/base/ids.ts'
import { codeOf, openShop, type Shop, tally } from '../support/shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

type Opened = Awaited<ReturnType<Shop['open']>>

const call = (name: string, args: object) => shop.log.call(shop.sql, name, args)
/** Of the recording: everybody can watch it, or its host hides it. */
const record = (showId: string, open: boolean) => shop.sql`
  insert into recordings(show_id, state, hidden, changed_at) values (${showId}, 'ready', ${!open}, now())
  on conflict (show_id) do update set hidden = excluded.hidden`
const follow = (showId: string) => call('replay_follow_v1', { showId })
async function watchable(showId: string, open: boolean) {
  await record(showId, open)
  await follow(showId)
}
const sell = ({ showId, host }: Opened, sells: boolean) =>
  call('replay_sell_v1', { showId, accountId: host.accountId, sells })
const end = ({ showId, host }: Opened) => call('show_end_v1', { showId, accountId: host.accountId })
const reprice = ({ product, host, variantId }: Opened, amount: number) =>
  call('change_product_v1', {
    productId: product.id,
    merchantId: host.accountId,
    edits: [{ id: variantId, price: { amount, currency: 'EUR' } }],
    added: [],
    variantsMax: 100,
  })

/** A show that was on, with a recording that everybody can watch. */
async function replayed(...onHand: number[]): Promise<Opened> {
  const opened = await shop.open(...onHand)
  await end(opened)
  await watchable(opened.showId, true)
  return opened
}

async function hold({ what }: Opened, quantity = 1) {
  return shop.inventory.hold(await shop.person(), { ...what, quantity }, newId())
}
const holdCode = (opened: Opened) => codeOf(hold(opened))

describe('a replay', () => {
  test('sells nothing while there is none, and at the price of today once it can be watched', async () => {
    const opened = await shop.open(5)
    await shop.sales.start(opened.host, {
      ...{ showId: opened.showId, variantId: opened.variantId },
      price: { amount: 900, currency: 'EUR' },
      quantity: 2,
      countdownMs: 0,
      durationMs: 60_000,
    })
    expect((await hold(opened)).price.amount).toBe(900)
    await end(opened)
    expect(await holdCode(opened)).toBe('SHOW_NOT_LIVE')
    await watchable(opened.showId, true)
    expect((await hold(opened)).price.amount).toBe(2_000)
    await reprice(opened, 2_300)
    expect((await hold(opened)).price.amount).toBe(2_300)
    expect((await shop.told(opened.showId)).slice(-4)).toEqual([
      'show.ended',
      'replay.opened',
      'replay.changed',
      'offer.changed',
    ])
  })

  test('that is hidden, or told not to sell, grants no hold after the answer; holds stand', async () => {
    const opened = await replayed(9)
    const held = await hold(opened)
    await sell(opened, false)
    expect(await holdCode(opened)).toBe('SHOW_NOT_LIVE')
    await watchable(opened.showId, false)
    await sell(opened, true)
    expect(await holdCode(opened)).toBe('SHOW_NOT_LIVE')
    await watchable(opened.showId, true)
    expect(await holdCode(opened)).toBe('ok')
    const [row] = await shop.sql`select state from holds where id = ${held.holdId}`
    expect(row?.['state']).toBe('active')
  })

  test('whose recording is hidden while it is told that everybody can watch it stays closed', async () => {
    const opened = await shop.open(1)
    const { showId } = opened
    await end(opened)
    await record(showId, true)
    const waits = async () => {
      const waiting = await shop.sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      return waiting.length
    }
    const { telling } = await shop.pg.jobs.begin(async (tx) => {
      await tx`select from shows where id = ${showId} for update`
      const telling = follow(showId)
      await expect.poll(waits).toBe(1)
      await record(showId, false)
      return { telling }
    })
    await telling
    expect(await shop.sql`select open from replays where show_id = ${showId}`).toEqual([
      { open: false },
    ])
    expect(await holdCode(opened)).toBe('SHOW_NOT_LIVE')
  })

  test('keeps what was pulled off sale; staff pull and restore in it as in a show', async () => {
    const opened = await shop.open(9)
    const { showId, host, product } = opened
    const what = { showId, productId: product.id }
    await shop.sales.pull(host, { ...what, reason: 'cracked' })
    await end(opened)
    await watchable(showId, true)
    expect(await holdCode(opened)).toBe('PRODUCT_PULLED')
    await shop.sales.restore(host, what)
    expect(await holdCode(opened)).toBe('ok')
    await shop.sales.pull(host, { ...what, reason: 'cracked' })
    expect(await holdCode(opened)).toBe('PRODUCT_PULLED')
  })

  test('does not sell what was archived, and does again when it is not', async () => {
    const opened = await replayed(9)
    const { product, host } = opened
    const change = (status: string) =>
      call('change_product_v1', {
        ...{ productId: product.id, merchantId: host.accountId, status },
        ...{ edits: [], added: [], variantsMax: 100 },
      })
    await change('archived')
    expect(await holdCode(opened)).toBe('SALE_NOT_OPEN')
    await change('active')
    expect(await holdCode(opened)).toBe('ok')
  })

  test('of twenty-one shows with the same variant sells it in the twenty newest', async () => {
    const host = await shop.person()
    const product = await shop.product(host, 99)
    const shows: string[] = []
    for (let i = 0; i < 21; i++) {
      const showId = await shop.show(host, [product])
      await call('show_end_v1', { showId, accountId: host.accountId })
      await watchable(showId, true)
      shows.push(showId)
    }
    const variantId = product.variants[0] as string
    const asked = shows.map(async (showId) =>
      codeOf(shop.inventory.hold(await shop.person(), { showId, variantId, quantity: 1 }, newId())),
    )
    const codes = await Promise.all(asked)
    expect(codes[0]).toBe('SALE_NOT_OPEN')
    expect(tally(codes)).toEqual({ SALE_NOT_OPEN: 1, ok: 20 })
  })
})

describe('holds in a replay race', () => {
  test('the host who switches selling off: none is made after the answer', async () => {
    const opened = await replayed(200)
    const buyers = await shop.people(60)
    const before = buyers
      .slice(0, 40)
      .map((who) => codeOf(shop.inventory.hold(who, opened.what, newId())))
    const off = sell(opened, false)
    await off
    const after = buyers
      .slice(40)
      .map((who) => codeOf(shop.inventory.hold(who, opened.what, newId())))
    expect(tally(await Promise.all(after))).toEqual({ SHOW_NOT_LIVE: 20 })
    const { ok = 0, SHOW_NOT_LIVE = 0 } = tally(await Promise.all(before))
    expect(ok + SHOW_NOT_LIVE).toBe(40)
    expect((await shop.stock(opened.variantId)).held).toBe(ok)
  })

  test('price edits, pulls and the replay going on and off: the price held is one that was asked, the ledger adds up', async () => {
    const opened = await replayed(500)
    const { showId, host, product, variantId } = opened
    const what = { showId, productId: product.id }
    const prices = [2_100, 2_200, 2_300, 2_400]
    const staff = async () => {
      for (const amount of prices) {
        await reprice(opened, amount)
        await shop.sales.pull(host, { ...what, reason: 'look' })
        await sell(opened, false)
        await codeOf(shop.sales.restore(host, what)) // over: nothing to restore to
        await sell(opened, true)
        await shop.sales.restore(host, what)
      }
    }
    const buyers = await shop.people(80)
    const tries = buyers.map((who) => codeOf(shop.inventory.hold(who, opened.what, newId())))
    await Promise.all([staff(), ...tries])
    const rows = await shop.sql<{ price: number; state: string }[]>`
      select price::int, state from holds where show_id = ${showId}`
    for (const { price } of rows) expect([2_000, ...prices]).toContain(price)
    const [open] = await shop.sql<{ n: number; price: number }[]>`
      select count(*)::int as n, max(price)::int as price from offers where variant_id = ${variantId} and closed_at is null`
    expect(open).toEqual({ n: 1, price: 2_400 })
    const held = rows.filter(({ state }) => state === 'active').length
    expect((await shop.stock(variantId)).held).toBe(held)
    expect(await holdCode(opened)).toBe('ok')
  })
})
