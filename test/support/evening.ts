import { type Order, type Placed, pay, until, usd } from './front.ts'
import { home } from './home.ts'
import { type House, openHouse, type Person } from './house.ts'

const approve = '4242424242424242'
const reason = 'a reason'
const price = 2_950

type Product = { id: string; variants: { id: string }[] }
export type Evening = Awaited<ReturnType<typeof spendEvening>>

/** A house in which an evening has happened by its verbs alone: a row of every kind, and nothing due. */
export async function openEvening() {
  const house = await openHouse({ FEE_BPS: '250', HOLD_MS: '3600000' })
  const evening = await spendEvening(house)
  await settled(house)
  return evening
}

/** The evening itself, in a house that is there already. */
export async function spendEvening(house: House) {
  const [host, moderator, loud, ...buyers] = (await house.crowd(6)) as [Person, Person, Person]
  const desk = house.as(host)
  const bowl = await list(house, host, 'Bowl', 20)
  const vase = await list(house, host, 'Vase', 3)
  const lid = await list(house, host, 'Lid', 2)
  const { id: showId } = await desk.post<{ id: string }>('/shows', {
    title: 'Kiln',
    lineup: [bowl.id, vase.id, lid.id],
  })
  await desk.put(`/shows/${showId}/moderators/${moderator.id}`)
  await desk.post(`/shows/${showId}/start`)
  await desk.post(`/variants/${bowl.variantId}/stock`, { delta: -2, reason: 'two broke' })
  const place = { house, showId, host, moderator, loud, buyers, bowl, vase, lid }
  await talk(place)
  await poll(place)
  await flashSale(place)
  const partner = await affiliate(place)
  const orders = await shopping(place, partner.code)
  await payouts(place, partner.id, orders.sent)
  await codes(place)
  await auction(place)
  await giveaway(place)
  await line(place)
  await pullAndReturn(place)
  return { ...place, orders }
}

type Scene = {
  house: House
  showId: string
  host: Person
  moderator: Person
  loud: Person
  buyers: Person[]
  bowl: { id: string; variantId: string }
  vase: { id: string; variantId: string }
  lid: { id: string; variantId: string }
}

async function list(house: House, host: Person, title: string, onHand: number) {
  const { id, variants } = await house.as(host).post<Product>('/products', {
    title,
    description: '',
    variants: [{ sku: title, title: 'One', price: usd(price), onHand }],
  })
  return { id, variantId: variants[0]?.id as string }
}

/** One question, two votes. */
async function poll({ house, showId, host, buyers }: Scene): Promise<void> {
  const desk = await house.socket(host)
  const asked = { showId, question: 'Which glaze?', answers: ['Celadon', 'Shino'] }
  const { pollId } = await desk.ask<{ pollId: string }>('poll:open', asked)
  for (const who of buyers.slice(0, 2)) {
    const phone = await house.socket(who)
    await phone.ask('poll:answer', { showId, pollId, answer: 0 })
  }
  await desk.ask('poll:close', { showId, pollId })
}

/** Words, a message that is taken away, a mute, a ban, a pin. */
async function talk({ house, showId, moderator, loud, buyers }: Scene): Promise<void> {
  const [aylin] = buyers as [Person]
  const [viewer, noisy, staff] = await Promise.all([
    house.socket(aylin),
    house.socket(loud),
    house.socket(moderator),
  ])
  await viewer.ask('chat:send', { showId, text: 'hello', key: 'one' })
  const { messageId } = await noisy.ask('chat:send', { showId, text: 'rude', key: 'one' })
  await staff.ask('chat:delete', { showId, messageId, reason })
  const mute = { showId, accountId: loud.id, durationMs: 3_600_000, reason }
  await staff.ask('viewer:mute', mute)
  await staff.ask('viewer:unmute', { showId, accountId: loud.id })
  await noisy.ask('chat:send', { showId, text: 'sorry', key: 'two' })
  await staff.ask('viewer:mute', mute)
  await staff.ask('viewer:ban', { showId, accountId: loud.id, reason })
  const good = await viewer.ask('chat:send', { showId, text: 'good', key: 'two' })
  await staff.ask('chat:pin', { showId, messageId: good.messageId })
}

async function flashSale({ house, showId, host, buyers, bowl }: Scene): Promise<void> {
  const line = await house.socket(host)
  const { variantId } = bowl
  const sale = { showId, variantId, price: usd(1_000), quantity: 3, perBuyer: 2 }
  const { saleId } = await line.ask('sale:start', { ...sale, countdownMs: 0, durationMs: 60_000 })
  const body = { showId, variantId, quantity: 2 }
  const { holdId } = await house.as(buyers[0] as Person).post<{ holdId: string }>('/holds', body)
  await house.as(buyers[0] as Person).delete(`/holds/${holdId}`)
  await house.as(buyers[0] as Person).post('/holds', body)
  await line.ask('sale:end', { showId, saleId })
}

/** Two wait for what one holds, and have it when it comes back. */
async function line({ house, showId, buyers, lid: { variantId } }: Scene): Promise<void> {
  const [holder, ...waiting] = buyers as [Person, Person, Person]
  const body = { showId, variantId, quantity: 2 }
  const { holdId } = await house.as(holder).post<{ holdId: string }>('/holds', body)
  for (const who of waiting) {
    const phone = await house.socket(who)
    await phone.ask('line:join', { showId, variantId, key: 'one' })
  }
  await house.as(holder).delete(`/holds/${holdId}`)
  const rest = () => house.pg.rest`select from line_places where ended_at is null`
  await until(rest, ({ length }) => length === 0)
}

/** The moderator brings buyers too. */
function affiliate({ house, host, moderator }: Scene): Promise<{ id: string; code: string }> {
  const terms = { entry: 'open', rateBps: 1_000, products: [] }
  return house
    .as(host)
    .put('/merchant/affiliates/terms', terms)
    .then(() => house.as(moderator).post('/affiliates', { merchantId: host.id }))
}

/** What nobody can give back any more is paid for, in two parts. */
async function payouts({ house, host }: Scene, id: string, sent: string): Promise<void> {
  await house.pg.rest`update orders set return_days = 0 where id = ${sent}`
  const body = { amount: usd(100), paidOn: '2026-01-01', note: 'by bank' }
  await house.as(host).post(`/merchant/affiliates/${id}/payouts`, body)
  await house.as(host).post(`/merchant/affiliates/${id}/payouts`, { ...body, amount: usd(195) })
}

/** Orders that are paid, sent, given back in part and in full, paid late with units and without. */
async function shopping({ house, showId, host, buyers, bowl, vase }: Scene, via: string) {
  const [aylin, bo, cem] = buyers as [Person, Person, Person]
  const desk = house.as(host)
  const order = async (buyer: Person, variantId: string) => {
    const hold = { showId, variantId, quantity: 1 }
    const { holdId } = await house.as(buyer).post<{ holdId: string }>('/holds', hold)
    const body = { holdIds: [holdId], shippingAddress: home, via }
    return house.as(buyer).post<Placed>('/orders', body)
  }
  const becomes = async (buyer: Person, { order: { id } }: Placed, status: string) => {
    const read = () => house.as(buyer).get<Order>(`/orders/${id}`)
    return (await until(read, (found) => found.status === status)).id
  }
  const paid = async (buyer: Person, variantId: string) => {
    const placed = await order(buyer, variantId)
    await pay(house, placed.payment.payUrl, approve)
    return becomes(buyer, placed, 'paid')
  }
  const late = async (buyer: Person, variantId: string) => {
    const placed = await order(buyer, variantId)
    await house.pg
      .rest`with o as (update orders set expires_at = clock_timestamp() where id = ${placed.order.id})
      update holds set expires_at = clock_timestamp() where order_id = ${placed.order.id}`
    await becomes(buyer, placed, 'expired')
    return placed
  }
  const sent = await paid(aylin, bowl.variantId)
  await desk.post(`/merchant/orders/${sent}/ship`, { carrier: 'Post', trackingNumber: '1' })
  await comesBack({ house, host, buyer: aylin, orderId: await paid(aylin, bowl.variantId) })
  const partly = await paid(bo, bowl.variantId)
  await desk.post(`/merchant/orders/${partly}/refund`, { amount: 500 }, 'part')
  const returned = await paid(bo, bowl.variantId)
  await desk.post(`/merchant/orders/${returned}/refund`)
  const inTime = await late(cem, bowl.variantId)
  await pay(house, inTime.payment.payUrl, approve)
  const taken = await becomes(cem, inTime, 'paid')
  const tooLate = await late(cem, vase.variantId)
  await house.as(aylin).post('/holds', { showId, variantId: vase.variantId, quantity: 3 })
  await pay(house, tooLate.payment.payUrl, approve)
  const refused = await becomes(cem, tooLate, 'refunded')
  const waiting = (await order(bo, bowl.variantId)).order.id
  return { sent, partly, returned, taken, refused, waiting }
}

/** One is called off; the unit of the other is won, and waits to be paid. */
async function auction({ house, showId, host, buyers, bowl }: Scene): Promise<void> {
  const [first, second] = buyers as [Person, Person]
  const [desk, aylin, bo] = await Promise.all([
    house.socket(host),
    house.socket(first),
    house.socket(second),
  ])
  const { variantId } = bowl
  const terms = { opening: usd(1_000), step: usd(100), durationMs: 60_000, extendMs: 0 }
  const open = () => desk.ask('auction:open', { showId, variantId, ...terms })
  await desk.ask('auction:cancel', { showId, auctionId: (await open()).auctionId })
  const { auctionId } = await open()
  await aylin.ask('auction:bid', { showId, auctionId, price: usd(1_000), key: 'one' })
  await bo.ask('auction:bid', { showId, auctionId, price: usd(1_200), key: 'one' })
  await house.pg
    .rest`with b as (update auction_bids set at = at - interval '1 min', ends_at = ends_at - interval '1 min')
    update auctions set opened_at = opened_at - interval '1 min', ends_at = ends_at - interval '1 min' where ended_at is null`
  const read = async () => [
    ...(await house.pg.rest`select ended_as from auctions where id = ${auctionId as string}`),
  ]
  await until(read, ([row]) => row?.['ended_as'] === 'sold')
}

/** One is called off; the unit of the other is won, and claimed. */
async function giveaway({ house, showId, host, buyers, bowl }: Scene): Promise<void> {
  const desk = await house.socket(host)
  const asked = { showId, variantId: bowl.variantId, durationMs: 60_000 }
  const open = async () =>
    (await desk.ask<{ giveawayId: string }>('giveaway:open', asked)).giveawayId
  await desk.ask('giveaway:cancel', { showId, giveawayId: await open() })
  const giveawayId = await open()
  for (const who of buyers) {
    const nonce = '0123456789abcdef'.repeat(2)
    await (await house.socket(who)).ask('giveaway:enter', { showId, giveawayId, nonce })
  }
  await desk.ask('giveaway:draw', { showId, giveawayId })
  const [won] = await house.pg.rest<{ winner: string; hold_id: string }[]>`
    select winner, hold_id from giveaways where id = ${giveawayId}`
  const winner = buyers.find(({ id }) => id === won?.winner) as Person
  await house.as(winner).post('/orders', { holdIds: [won?.hold_id], shippingAddress: home })
  const read = async () => [
    ...(await house.pg.rest`select settled_as from giveaways where id = ${giveawayId}`),
  ]
  await until(read, ([row]) => row?.['settled_as'] === 'claimed')
}

/** Two orders wait with a code, one that had it was given up. */
async function codes({ house, showId, host, buyers, bowl }: Scene): Promise<void> {
  const [aylin, bo, cem] = buyers as [Person, Person, Person]
  await house.as(host).post('/merchant/codes', { code: 'KILN10', off: { percent: 10 } })
  const order = async (buyer: Person, pieces: number) => {
    const holdIds = []
    for (let i = 0; i < pieces; i++) {
      const hold = { showId, variantId: bowl.variantId, quantity: 1 }
      holdIds.push((await house.as(buyer).post<{ holdId: string }>('/holds', hold)).holdId)
    }
    const body = { holdIds, shippingAddress: home, code: 'kiln10' }
    return (await house.as(buyer).post<Placed>('/orders', body)).order.id
  }
  await order(aylin, 2)
  await order(bo, 1)
  await house.as(cem).post(`/orders/${await order(cem, 1)}/cancel`)
}

/** A parcel comes back, and the shop keeps a part of its price. */
async function comesBack(of: { house: House; host: Person; buyer: Person; orderId: string }) {
  const { house, host, buyer, orderId } = of
  const [desk, mine] = [house.as(host), house.as(buyer)]
  await desk.post(`/merchant/orders/${orderId}/ship`, { carrier: 'Post', trackingNumber: '3' })
  const { items } = await mine.get<Order>(`/orders/${orderId}`)
  const holdId = items[0]?.holdId as string
  const asked = { items: [{ holdId, quantity: 1 }], reason: 'changed-mind' }
  const { id } = await mine.post<{ id: string }>(`/orders/${orderId}/returns`, asked)
  await desk.post(`/returns/${id}/accept`, { sendTo: 'Kiln Lane 4, Berlin' })
  await mine.post(`/returns/${id}/sent`, { carrier: 'Post', trackingNumber: '2' })
  const restock = [{ holdId, quantity: 1 }]
  await desk.post(`/returns/${id}/received`, { restock, amount: 2_000, words: 'It was used.' })
}

async function pullAndReturn({ house, showId, moderator, buyers, vase }: Scene): Promise<void> {
  const line = await house.socket(moderator)
  await line.ask('product:pull', { showId, productId: vase.id, reason })
  await line.ask('product:restore', { showId, productId: vase.id })
  const body = { showId, variantId: vase.variantId, quantity: 1 }
  await house.as(buyers[2] as Person).post('/holds', body)
  await line.ask('product:pull', { showId, productId: vase.id, reason })
}

/** Refunds are given, the bank's events are told. */
async function settled({ pg }: House): Promise<void> {
  const due = () => pg.rest<{ n: number }[]>`
    select (select count(*) from refunds where status = 'pending') + (select count(*) from sandbox_events where due_at is not null) as n`
  await until(due, ([row]) => Number(row?.n) === 0, 20_000)
}
