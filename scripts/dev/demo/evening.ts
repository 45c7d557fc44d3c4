// An evening in the demo's first show, for its pictures: people come, talk, hold and buy.

import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import type { SignedIn } from '../../../shared/wire/accounts.ts'
import type { Product } from '../../../shared/wire/catalog.ts'
import type { Order, Payment } from '../../../shared/wire/orders.ts'
import type { House, Person } from '../../../test/support/house.ts'
import { firstSku, password, people, viewerAddress } from './shop.ts'

export type Evening = {
  showId: string
  path: string
  host: Person
  moderator: Person
  viewer: Person
  studio: Page
}

/** Who is there: with a line of their own, as every viewer has. */
const crowdSize = 48
const heartsSent = 96

const talk: [who: string, text: string][] = [
  ['Łukasz', 'good evening from Gdańsk'],
  ['Marta', 'Welcome in, everyone. Forty pieces tonight, all from Tuesday’s firing'],
  ['Noor', 'hello hello'],
  ['Bea', 'the plates!!'],
  ['Priya S.', 'the crackle on that one, wow'],
  ['Tomás R.', 'how many mugs are left?'],
  ['Ines', '11 mugs, Tomás'],
  ['kiki.makes', 'number 3 please, can you turn it round'],
  ['potfan_88', 'these are fake, she buys them in a warehouse'],
  ['Hana', 'got one!! thank you Marta'],
  ['jonas w.', 'just got here, what did I miss'],
  ['Ines', 'Numbers 1 and 2 are still there. Moss bowls are on now!'],
  ['Noor', 'is the moss one food safe?'],
  ['Marta', 'Yes Noor, food and dishwasher safe'],
  ['Aleksandra Wiśniewska', 'do you ship to Kraków?'],
  ['Aylin', 'that glaze 😍'],
]

const held: [who: string, text: string][] = [
  ['Tomás R.', 'is it the same clay as here example.org/glaze-test'],
  ['dealz4u', 'half price → https://cheap-bowls.example'],
  ['Rosa M.', 'can I order by phone? +351 912 555 014'],
]

const buyers = [
  ...['Noor Haddad', 'Bea Lindqvist', 'Priya Sharma', 'Tomás Rivera', 'Hana Sato', 'Jonas Weber'],
  ...['Zeynep Kaya', 'Liam O’Brien', 'Chiara Conti', 'Mateusz Nowak', 'Ama Boateng', 'Ida Holm'],
  ...['Sofia Duarte', 'Yuki Tanabe', 'Pieter van Dam', 'Anna Krüger'],
]

/** What was bought before the pictures, and how many people hold one now: by SKU. */
const bought = { 'RM-OAT': 9, 'PD-ASH': 5, 'SP-SALT-28': 2, 'BV-INK': 10, 'CH-TER': 3 }
const waiting = { 'RM-OAT': 2, 'PD-ASH': 1, 'TP-TEN': 1 }
const bowl = 'LB-MOSS-18'
const bowlsBought = 11
const bowlsHeld = 4

export async function runEvening(
  house: House,
  showId: string,
  goLive: (host: Person) => Promise<Page>,
): Promise<Evening> {
  const host = await enter(house, people.host)
  const moderator = await enter(house, people.moderator)
  const viewer = await enter(house, people.viewer)
  const studio = await goLive(host)
  const stock = await stockOf(house, host)
  const crowd = await house.crowd(crowdSize)
  for (const person of crowd) await (await house.socket(person)).ask('show:join', { showId })

  const shoppers = await Promise.all(buyers.map((name) => house.signUp(name)))
  const till = new Till(house, showId, stock, shoppers)
  for (const [sku, units] of Object.entries(bought)) await till.buy(sku, units)
  for (const [sku, units] of Object.entries(waiting)) await till.hold(sku, units)
  const names = { Marta: host, Ines: moderator, Aylin: viewer }
  const desk = await house.socket(host)
  const { productId, variantId } = stock.get(bowl) as Goods
  await desk.ask('product:pin', { showId, productId })
  await speak(house, showId, talk.slice(0, 8), names)
  await keepOrder(house, showId, moderator, stock.get('CH-TER') as Goods)
  await desk.ask('sale:start', {
    showId,
    variantId,
    price: { amount: 2_950, currency: 'USD' },
    quantity: 24,
    perBuyer: 2,
    countdownMs: 0,
    durationMs: 300_000,
  })
  await till.buy(bowl, bowlsBought)
  await till.hold(bowl, bowlsHeld)
  await speak(house, showId, [...talk.slice(8), ...held], names)
  await (await house.socket(moderator)).ask('chat:slow', { showId, seconds: 5 })
  await sendHearts(house, showId, crowd)
  await new Till(house, showId, stock, [viewer]).hold('RM-OAT', 1)
  return { showId, path: `/s/${showId}`, host, moderator, viewer, studio }
}

async function enter(house: House, who: { email: string; displayName: string }): Promise<Person> {
  const body = { email: who.email, password }
  const { account, token } = await house.call<SignedIn>('POST', '/sessions', { body })
  return { id: account.id, name: who.displayName, email: who.email, token }
}

type Goods = { productId: string; variantId: string }

async function stockOf(house: House, host: Person): Promise<Map<string, Goods>> {
  const { items } = await house.as(host).get<{ items: Product[] }>('/products?limit=100')
  return new Map(
    items.map((product) => [
      firstSku(product),
      { productId: product.id, variantId: product.variants[0]?.id as string },
    ]),
  )
}

/** Everybody speaks with their own account; who is new opens one. */
async function speak(
  house: House,
  showId: string,
  lines: [who: string, text: string][],
  known: Record<string, Person>,
): Promise<void> {
  for (const [who, text] of lines) {
    known[who] ??= await house.signUp(who)
    const line = await house.socket(known[who])
    await line.ask('chat:send', { showId, text, key: randomUUID() })
  }
}

/** A word is pinned for all to read, and a product pulled. */
async function keepOrder(
  house: House,
  showId: string,
  moderator: Person,
  candle: Goods,
): Promise<void> {
  const line = await house.socket(moderator)
  const said = { showId, text: 'Delivery is $6 in Europe, however many pieces.', key: randomUUID() }
  const { messageId } = await line.ask<{ messageId: string }>('chat:send', said)
  await line.ask('chat:pin', { showId, messageId })
  await line.ask('product:pull', { showId, productId: candle.productId, reason: 'wrong price' })
}

async function sendHearts(house: House, showId: string, crowd: Person[]): Promise<void> {
  const lines = await Promise.all(crowd.slice(0, 8).map((person) => house.socket(person)))
  for (let sent = 0; sent < heartsSent; sent += 1) {
    await lines[sent % lines.length]?.ask('reaction:send', { showId, kind: 'heart' })
  }
}

/** Buyers, one after the other, each for one unit. */
class Till {
  readonly #house: House
  readonly #showId: string
  readonly #stock: Map<string, Goods>
  readonly #buyers: Person[]
  #next = 0

  constructor(house: House, showId: string, stock: Map<string, Goods>, buyers: Person[]) {
    this.#house = house
    this.#showId = showId
    this.#stock = stock
    this.#buyers = buyers
  }

  async hold(sku: string, units: number): Promise<void> {
    for (let i = 0; i < units; i += 1) await this.#holdOne(sku)
  }

  async buy(sku: string, units: number): Promise<void> {
    for (let i = 0; i < units; i += 1) {
      const { buyer, holdId } = await this.#holdOne(sku)
      const { payment } = await this.#house
        .as(buyer)
        .post<{ order: Order; payment: Payment }>('/orders', {
          holdIds: [holdId],
          shippingAddress: { ...viewerAddress, name: buyer.name },
        })
      const path = new URL(payment.payUrl as string).pathname.replace('/api/v1', '')
      await this.#house.as(buyer).post(path, { card: '4242424242424242' })
    }
  }

  async #holdOne(sku: string): Promise<{ buyer: Person; holdId: string }> {
    const buyer = this.#buyers[this.#next % this.#buyers.length] as Person
    this.#next += 1
    const { variantId } = this.#stock.get(sku) as Goods
    const wanted = { showId: this.#showId, variantId, quantity: 1 }
    const { holdId } = await this.#house.as(buyer).post<{ holdId: string }>('/holds', wanted)
    return { buyer, holdId }
  }
}
