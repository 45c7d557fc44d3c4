import { toText } from '../../../shared/domain/money.ts'
import { leastPaidMinor } from '../../../shared/limits.ts'
import type { Address } from '../../../shared/wire/accounts.ts'
import type { Code, FieldError, Money } from '../../../shared/wire/base.ts'
import type { Order, Payment } from '../../../shared/wire/orders.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Appended, Notice } from '../../events/log.ts'
import { listed, type Sql } from '../../store/postgres.ts'

/** One order that somebody asks for. The ids are the rows' own, made before Postgres is asked. */
export type Ask = {
  orderId: string
  paymentId: string
  buyer: string
  key: string
  bodyHash: string
  holdIds: string[]
  shippingAddress: Address
  /** A discount code as it is kept. */
  code?: string | undefined
  /** The code of an affiliate, whether there is one or not. */
  via?: string | undefined
}

export type Placed = { order: Order; payment: Payment }
export type Refused = {
  /** `sum` stands where a sentence has {sum}. */
  refused: { code: Code; message: string; errors?: FieldError[]; sum?: Money }
}
export type Decided = { answers: (Placed | Refusal)[]; events: Appended[]; notices: Notice[] }

type Terms = { payMs: number; pendingMax: number; provider: string }

/** What place_orders_v6 tells: arrays, one entry an order, then one a hold, then one a variant. */
type Told = {
  answers: (Placed | Refused | null)[]
  numbers: number[]
  merchants: string[]
  shows: string[]
  currencies: string[]
  subtotals: number[]
  shippings: number[]
  discounts: number[]
  totals: number[]
  goods: number[]
  quantities: number[]
  prices: number[]
  reductions: number[] | null
  variants: string[]
  products: string[]
  titles: string[]
  skus: string[]
  createdAt: string
  expiresAt: string
  events: Appended[] | null
  notices: Notice[] | null
}

/** Decides a batch by one call; answers in the order asked. */
export async function placeOrders(sql: Sql, asks: Ask[], terms: Terms): Promise<Decided> {
  const { payMs, pendingMax, provider } = terms
  const codes = asks.some(({ code }) => code !== undefined) ? asks.map(codeOf) : null
  const vias = asks.some(({ via }) => via !== undefined) ? asks.map(viaOf) : null
  const orderOf = asks.flatMap((ask, n) => ask.holdIds.map(() => n + 1))
  const [row] = await sql<{ told: Told }[]>`
    select place_orders_v6(
      ${listed(asks.map((a) => a.orderId))}::uuid[], ${listed(asks.map((a) => a.paymentId))}::uuid[],
      ${listed(asks.map((a) => a.buyer))}::uuid[], ${asks.map((a) => a.key)}::text[], ${asks.map((a) => a.bodyHash)}::text[],
      ${sql.json(asks.map((a) => a.shippingAddress))}::jsonb,
      ${listed(orderOf)}::int[], ${listed(asks.flatMap((a) => a.holdIds))}::uuid[],
      ${payMs}::bigint, ${pendingMax}::int, ${provider}::text,
      ${codes}::text[], ${leastPaidMinor}::bigint, ${vias}::text[]) as told`
  const told = row?.told as Told
  const notices = [...(told.notices ?? [])]
  let hold = 0
  const answers = asks.map((ask, n) => {
    const firstHold = hold
    hold += ask.holdIds.length
    const first = told.answers[n]
    if (first) return 'refused' in first ? asRefusal(first) : first
    notices.push(...noticesOf(ask, told.merchants[n] as string))
    return placedNow(ask, provider, told, { n, firstHold })
  })
  return { answers, events: told.events ?? [], notices }
}

const codeOf = ({ code }: Ask) => code ?? null
const viaOf = ({ via }: Ask) => via ?? null

type Place = { n: number; firstHold: number }

/** An order that was placed this moment, as order_json_v1 has it from its rows. */
function placedNow(ask: Ask, provider: string, told: Told, { n, firstHold }: Place): Placed {
  const currency = told.currencies[n] as string
  const sum = (amount: number | undefined) => ({ amount: amount as number, currency })
  const items = ask.holdIds.map((holdId, i) => {
    const at = firstHold + i
    const good = (told.goods[at] as number) - 1
    return {
      variantId: told.variants[good] as string,
      productId: told.products[good] as string,
      title: told.titles[good] as string,
      sku: told.skus[good] as string,
      quantity: told.quantities[at] as number,
      price: sum(told.prices[at]),
      discount: sum(told.reductions?.[at] ?? 0),
      holdId,
    }
  })
  const order: Order = {
    id: ask.orderId,
    number: told.numbers[n] as number,
    showId: told.shows[n] as string,
    status: 'pending',
    items: items.sort((a, b) => (a.holdId < b.holdId ? -1 : 1)),
    subtotal: sum(told.subtotals[n]),
    shipping: sum(told.shippings[n]),
    discount: sum(told.discounts[n]),
    code: ask.code ?? null,
    total: sum(told.totals[n]),
    refunded: sum(0),
    shippingAddress: ask.shippingAddress,
    expiresAt: told.expiresAt,
    createdAt: told.createdAt,
    paidAt: null,
    shippedAt: null,
    arrivedAt: null,
    carrier: null,
    trackingNumber: null,
  }
  return { order, payment: { id: ask.paymentId, provider, status: 'pending', payUrl: null } }
}

/** The screens of its buyer and of its merchant hear of an order. */
function noticesOf({ orderId, buyer }: Ask, merchant: string): Notice[] {
  const payload = { orderId, status: 'pending' }
  const people = [...new Set([buyer, merchant])]
  return people.map((accountId) => ({ accountId, event: 'order:changed', payload }))
}

export function asRefusal({ refused: { code, message, errors, sum } }: Refused): Refusal {
  const worded = (text: string) => (sum ? text.replaceAll('{sum}', toText(sum)) : text)
  const told = errors?.map(({ pointer, detail }) => ({ pointer, detail: worded(detail) }))
  return new Refusal(code, worded(message), told ? { errors: told } : {})
}
