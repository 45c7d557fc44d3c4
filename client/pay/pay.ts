import { type Signal, signal } from '@preact/signals'
import type { Address } from '../../shared/wire/accounts.ts'
import type { Order, Payment } from '../../shared/wire/orders.ts'
import { call, newKey, postTo } from '../api/http.ts'
import { asRefused, type Refused } from '../api/refused.ts'
import { on } from '../api/socket.ts'

/**
 * Where a payment stands. `asks`: the bank wants a word first. `waiting`: the outcome is not known
 * yet and nothing may be paid twice. Only what the server says of the order ends it.
 */
export type PayStep =
  | 'review'
  | 'ordering'
  | 'paying'
  | 'declined'
  | 'asks'
  | 'waiting'
  | 'paid'
  | 'refunded'
  | 'ended'

/** The sandbox's cards: what the test bank does with each. */
export const testCards = [
  { number: '4242424242424242', name: 'card.ok' },
  { number: '4000000000000002', name: 'card.no' },
  { number: '4000000000000077', name: 'card.slow' },
  { number: '4000000000003220', name: 'card.asks' },
] as const

type BankAnswer = {
  status: 'succeeded' | 'failed' | 'requires_action' | 'pending'
  redirectUrl?: string
}

export type Pay = {
  step: Signal<PayStep>
  card: Signal<string>
  order: Signal<Order | null>
  bankUrl: Signal<string | null>
  /** Why nothing was ordered or paid, when the server refused. */
  refused: Signal<Refused | null>
  /** Orders what is held and pays for it. */
  buy: (holdIds: string[], to: Address) => Promise<void>
  /** Pays an order that is there already, also after a declined card. */
  pay: () => Promise<void>
  /** Starts from an order that waits for payment. */
  resume: (order: Order) => void
  reset: () => void
  close: () => void
}

/** How often the order is read while its payment is open: pushes are quicker, this is the truth. */
const readEveryMs = 2_000

export function openPay(): Pay {
  const step = signal<PayStep>('review')
  const card = signal<string>(testCards[0].number)
  const order = signal<Order | null>(null)
  const bankUrl = signal<string | null>(null)
  const refused = signal<Refused | null>(null)
  /** The payment that came with the order: good for one try, later ones are asked for. */
  let fresh: Payment | null = null
  /** One key per bag: the same bag sent twice is one order. */
  let intention = { of: '', key: '' }
  let timer: ReturnType<typeof setInterval> | undefined

  async function buy(holdIds: string[], shippingAddress: Address): Promise<void> {
    refused.value = null
    step.value = 'ordering'
    const of = JSON.stringify([[...holdIds].sort(), shippingAddress])
    if (intention.of !== of) intention = { of, key: newKey() }
    try {
      const body = { holdIds, shippingAddress }
      const placed = await call('POST', '/orders', { body, key: intention.key })
      order.value = placed.order
      fresh = placed.payment
    } catch (thrown) {
      refused.value = asRefused(thrown)
      if (refused.value.code !== 'OFFLINE') intention = { of: '', key: '' }
      step.value = 'review'
      return
    }
    await pay()
  }

  async function pay(): Promise<void> {
    if (order.value === null) return
    refused.value = null
    step.value = 'paying'
    watchOrder()
    try {
      const { payUrl } = fresh ?? (await paymentOf(order.value.id))
      fresh = null
      if (payUrl === null) return settle('waiting')
      heard(await postTo<BankAnswer>(payUrl, { card: card.value }))
    } catch (thrown) {
      const refusal = asRefused(thrown)
      if (refusal.code === 'PAYMENT_FAILED') return settle('declined')
      // Without an answer nobody knows what the bank did: ask, do not pay again.
      if (refusal.code === 'OFFLINE' || refusal.code === 'UNAVAILABLE') return settle('waiting')
      refused.value = refusal
      settle('declined')
    }
  }

  function heard({ status, redirectUrl }: BankAnswer): void {
    if (status === 'failed') return settle('declined')
    if (status === 'requires_action' && redirectUrl !== undefined) {
      bankUrl.value = redirectUrl
      settle('asks')
      window.open(redirectUrl, 'bank', 'popup,width=460,height=640')
      return
    }
    settle('waiting')
    void read()
  }

  /** The order may have said something final while the bank was still talking. */
  function settle(to: PayStep): void {
    const now = step.value
    if (now !== 'paid' && now !== 'refunded' && now !== 'ended') step.value = to
  }

  async function read(): Promise<void> {
    const id = order.value?.id
    if (id === undefined) return
    try {
      const known = await call('GET', '/orders/:id', { params: { id } })
      if (order.value?.id !== id) return
      order.value = known
      follow(known)
      if (known.status === 'pending') await readPayment(id)
    } catch {
      // No answer is no news: the next reading asks again.
    }
  }

  function follow({ status }: Order): void {
    if (status === 'pending') return
    stopWatching()
    if (status === 'refunded') step.value = 'refunded'
    else step.value = status === 'expired' || status === 'canceled' ? 'ended' : 'paid'
  }

  async function readPayment(id: string): Promise<void> {
    const { status } = await paymentOf(id)
    const asking = step.value === 'waiting' || step.value === 'asks'
    if (asking && (status === 'failed' || status === 'canceled')) settle('declined')
  }

  function watchOrder(): void {
    clearInterval(timer)
    timer = setInterval(() => void read(), readEveryMs)
  }
  const stopWatching = () => clearInterval(timer)
  const stopHearing = on('order:changed', ({ orderId }) => {
    if (orderId === order.value?.id) void read()
  })

  return {
    step,
    card,
    order,
    bankUrl,
    refused,
    buy,
    pay,
    resume(known) {
      order.value = known
      fresh = null
      refused.value = null
      step.value = 'review'
      watchOrder()
      follow(known)
    },
    reset() {
      stopWatching()
      order.value = null
      fresh = null
      bankUrl.value = null
      refused.value = null
      step.value = 'review'
    },
    close() {
      stopWatching()
      stopHearing()
    },
  }
}

function paymentOf(id: string): Promise<Payment> {
  return call('GET', '/orders/:id/payment', { params: { id } })
}

/** Grouped as it stands on a card: `4242 4242 4242 4242`. */
export function cardGroups(number: string): string {
  return number.replace(/\D/g, '').replace(/(\d{4})(?=\d)/g, '$1 ')
}

export function lastFour(number: string): string {
  return number.replace(/\D/g, '').slice(-4)
}
