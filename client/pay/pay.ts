import { signal } from '@preact/signals'
import type { Address, SavedAddress } from '../../shared/wire/accounts.ts'
import type { Order, Payment } from '../../shared/wire/orders.ts'
import { call, newKey, postTo } from '../api/http.ts'
import { asRefused, type Refused } from '../api/refused.ts'
import { on } from '../api/socket.ts'

/**
 * Where a payment stands. `declined`: this try is over, and another card may be tried. `asks`: the
 * bank wants a word first. `away`: it is paid on a page of the provider's own. `waiting`: the outcome is not known
 * yet and nothing may be paid twice. `unopened`: the provider would not even begin. Only what the server says of the order ends it.
 */
export type PayStep =
  | 'review'
  | 'ordering'
  | 'paying'
  | 'declined'
  | 'asks'
  | 'away'
  | 'waiting'
  | 'unopened'
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

/** How often the order is read while its payment is open: pushes are quicker, this is the truth. */
const readEveryMs = 2_000

/** Steps that nothing the bank still says can change. */
const finalSteps = new Set<PayStep>(['paid', 'refunded', 'ended'])

/** One payment from bag to outcome. Orders what is held, pays for it, and believes only the order. */
export class Pay {
  readonly step = signal<PayStep>('review')
  readonly card = signal<string>(testCards[0].number)
  /** The card that the bank said no to; null where it was not the bank, or nobody said no. */
  readonly declined = signal<string | null>(null)
  /** Where it goes; null: to the first address of the book. */
  readonly address = signal<SavedAddress | null>(null)
  readonly order = signal<Order | null>(null)
  readonly bankUrl = signal<string | null>(null)
  /** The browser did not let that page open by itself: somebody has to tap. */
  readonly isBlocked = signal(false)
  /** Why nothing was ordered or paid, when the server refused. */
  readonly refused = signal<Refused | null>(null)
  #tried = ''
  #tries = 0
  /** Nothing of this try has reached the bank: it may not have opened the payment yet. */
  #unsent = false
  /** The payment that came with the order: good for one try, later ones are asked for. */
  #fresh: Payment | null = null
  /** One key per bag: the same bag sent twice is one order. */
  #intention = { of: '', key: '' }
  #timer: ReturnType<typeof setInterval> | undefined
  #closed = false
  #stopHearing = on('order:changed', ({ orderId }) => {
    if (orderId !== this.order.value?.id) return
    // Also when it had ended: what is heard is asked for until there is an answer.
    this.#watchOrder()
    void this.#read()
  })
  /** Readings of the order: how many were begun, and the last of them that was answered. */
  #readings = { begun: 0, answered: 0 }

  /** Orders what is held and pays for it; `via`: by whose link they came. */
  async buy(
    holdIds: string[],
    shippingAddress: Address,
    { code, via }: { code?: string | undefined; via?: string | undefined } = {},
  ): Promise<void> {
    this.refused.value = null
    this.step.value = 'ordering'
    const of = JSON.stringify([[...holdIds].sort(), shippingAddress, code])
    if (this.#intention.of !== of) this.#intention = { of, key: newKey() }
    try {
      const body = { holdIds, shippingAddress, ...(code && { code }), ...(via && { via }) }
      const placed = await call('POST', '/orders', { body, key: this.#intention.key })
      this.#fresh = placed.payment
      this.order.value = placed.order
    } catch (thrown) {
      this.refused.value = asRefused(thrown)
      if (this.refused.value.code !== 'OFFLINE') this.#intention = { of: '', key: '' }
      this.step.value = 'review'
      return
    }
    // What costs nothing is paid already.
    if (this.order.value.status === 'pending') await this.pay()
    else this.#follow(this.order.value)
  }

  /** Pays an order that is there already, also after a declined card. */
  async pay(): Promise<void> {
    if (this.order.value === null) return
    this.refused.value = null
    this.declined.value = null
    this.#tried = this.card.value
    this.#tries += 1
    this.step.value = 'paying'
    this.#unsent = true
    this.#watchOrder()
    try {
      const { payUrl, provider } = this.#fresh ?? (await paymentOf(this.order.value.id))
      this.#fresh = null
      if (payUrl === null) return this.#settle('waiting')
      this.#unsent = false
      if (!takesCards(provider)) return this.#leaveFor(payUrl)
      this.#heard(await postTo<BankAnswer>(payUrl, { card: this.#tried }))
    } catch (thrown) {
      this.#failed(asRefused(thrown))
    }
  }

  /** Starts from an order that waits for payment. */
  resume(order: Order): void {
    this.reset()
    this.order.value = order
    if (order.status === 'pending') this.#watchOrder()
    this.#follow(order)
  }

  /** Lets the bank's question be: another card is asked for. */
  otherCard(): void {
    this.#settle('declined')
  }

  reset(): void {
    this.#stopWatching()
    this.#fresh = null
    this.order.value = null
    this.bankUrl.value = null
    this.refused.value = null
    this.declined.value = null
    this.step.value = 'review'
  }

  /** The order goes on without this page; whoever left is asked nothing more. */
  close(): void {
    this.#closed = true
    this.#stopWatching()
    this.#stopHearing()
  }

  #heard({ status, redirectUrl }: BankAnswer): void {
    if (this.#closed) return
    if (status === 'failed') return this.#decline()
    if (status === 'requires_action' && redirectUrl !== undefined) {
      return this.#leaveFor(redirectUrl, 'asks')
    }
    this.#settle('waiting')
    void this.#read()
  }

  #leaveFor(url: string, step: 'asks' | 'away' = 'away'): void {
    if (this.#closed) return
    this.bankUrl.value = url
    this.#settle(step)
    if (this.step.value === step) this.openPage()
  }

  /** The provider's page, again if need be. */
  openPage(): void {
    if (this.bankUrl.value !== null) this.isBlocked.value = !openBank(this.bankUrl.value)
  }

  #failed(refusal: Refused): void {
    if (refusal.code === 'PAYMENT_FAILED') return this.#decline()
    // Without an answer nobody knows what the bank did: ask, do not pay again.
    if (refusal.code === 'OFFLINE' || refusal.code === 'UNAVAILABLE') {
      return this.#settle('waiting')
    }
    this.refused.value = refusal
    // Another card mends nothing before one was sent, and a shop with a page of the provider's asks for none.
    this.#settle(this.#unsent ? 'review' : 'declined')
  }

  #decline(): void {
    this.declined.value = this.#tried
    this.#settle('declined')
  }

  /** The order may have said something final while the bank was still talking. */
  #settle(to: PayStep): void {
    if (!finalSteps.has(this.step.value)) this.step.value = to
  }

  async #read(): Promise<void> {
    const id = this.order.value?.id
    if (id === undefined) return
    const readings = this.#readings
    readings.begun += 1
    const reading = readings.begun
    try {
      const known = await call('GET', '/orders/:id', { params: { id } })
      if (this.order.value?.id !== id || reading < readings.answered) return
      readings.answered = reading
      this.order.value = known
      this.#follow(known)
      if (known.status === 'pending') await this.#readPayment(id)
      // A reading that began later may bring something newer, or be lost: then the next one is wanted.
      else if (reading === readings.begun) this.#stopWatching()
    } catch {
      // No answer is no news: the next reading asks again.
    }
  }

  #follow({ status }: Order): void {
    if (status === 'pending') return
    if (status === 'refunded') this.step.value = 'refunded'
    else this.step.value = status === 'expired' || status === 'canceled' ? 'ended' : 'paid'
  }

  /** An answer that was asked for before this try says nothing of it. */
  async #readPayment(id: string): Promise<void> {
    if (!this.#isOpen) return
    const tries = this.#tries
    const { status, payUrl } = await paymentOf(id)
    if (tries !== this.#tries || !this.#isOpen) return
    if (this.#unsent) {
      if (payUrl !== null) return this.pay()
      if (status === 'failed') this.#settle('unopened')
      return
    }
    if (status === 'failed' || status === 'canceled') this.#decline()
  }

  /** The bank has the card, and has not said how it ends. */
  get #isOpen(): boolean {
    return this.step.value === 'waiting' || this.step.value === 'asks'
  }

  #watchOrder(): void {
    clearInterval(this.#timer)
    if (this.#closed) return
    this.#timer = setInterval(() => void this.#read(), readEveryMs)
  }

  #stopWatching(): void {
    clearInterval(this.#timer)
  }
}

/** Whether a card is chosen here; other providers have a page of their own. */
export function takesCards(provider: string): boolean {
  return provider === 'sandbox'
}

/** What people call it. */
export function providerName(provider: string): string {
  return provider.charAt(0).toUpperCase() + provider.slice(1)
}

const bankWindow = 'bank'

/** The bank's own window: what is typed there never passes this page. False: the browser blocked it. */
function openBank(url: string): boolean {
  return window.open(url, bankWindow, 'popup,width=460,height=640') !== null
}

/** The bank sends its window back to the shop: the page that opened it is still there, and goes on. */
export function leaveBankWindow(): void {
  if (window.name === bankWindow) window.close()
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
