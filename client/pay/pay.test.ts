import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fc } from '../../test/support/random.ts'
import { Refused } from '../api/refused.ts'
import { Pay, type PayStep } from './pay.ts'

/**
 * A payment from bag to outcome, with every answer lost, late or after something else has happened, in
 * every order that a scheduler can think of. A failure prints its seed and path.
 */

type Fate = 'answered' | 'lost on the way there' | 'lost on the way back'
type Card = 'succeeded' | 'failed' | 'requires_action' | 'pending'
type Status = 'pending' | 'paid' | 'expired' | 'refunded'

const offline = () => new Refused('OFFLINE', 'no answer')

/** Shop and bank: what they know, whatever the page has heard of it. */
class World {
  readonly orders = new Map<string, Status>()
  charges = 0
  paymentFailed = false
  tell: (() => void) | undefined
  readonly #s: fc.Scheduler
  readonly #fates: Fate[]
  readonly #cards: Card[]
  #keys = 0

  constructor(s: fc.Scheduler, fates: Fate[], cards: Card[]) {
    this.#s = s
    this.#fates = [...fates]
    this.#cards = [...cards]
  }

  get status(): Status | undefined {
    return [...this.orders.values()][0]
  }

  newKey(): string {
    this.#keys += 1
    return `key ${this.#keys}`
  }

  /** There, done, and back: each at its own time, if at all. */
  async #send<T>(what: string, act: () => T): Promise<T> {
    const fate = this.#fates.shift() ?? 'answered'
    await this.#s.schedule(Promise.resolve(), `${what}: ${fate}`)
    if (fate === 'lost on the way there') throw offline()
    const answer = act()
    await this.#s.schedule(Promise.resolve(), `answer to ${what}`)
    if (fate === 'lost on the way back') throw offline()
    return answer
  }

  call(method: string, path: string, key?: string): Promise<unknown> {
    return this.#send(`${method} ${path}`, () => {
      if (method === 'POST') {
        if (!this.orders.has(key as string)) this.orders.set(key as string, 'pending')
        return {
          order: this.#order(),
          payment: { provider: 'sandbox', payUrl: 'https://bank.test/pay' },
        }
      }
      if (path === '/orders/:id') return this.#order()
      const status = this.paymentFailed ? 'failed' : 'pending'
      return { status, provider: 'sandbox', payUrl: 'https://bank.test/pay' }
    })
  }

  pay(): Promise<unknown> {
    return this.#send('the card', () => {
      const status = this.#cards.shift() ?? 'succeeded'
      this.paymentFailed = status === 'failed'
      if (status === 'succeeded') this.charge()
      return { status, redirectUrl: 'https://bank.test/ask' }
    })
  }

  /** What the card's owner, or a slow bank, decides later. */
  charge(): void {
    this.charges += 1
    this.#becomes('paid', 'pending')
  }

  runsOut(): void {
    this.#becomes('expired', 'pending')
  }

  givesBack(): void {
    this.#becomes('refunded', 'paid')
  }

  #order() {
    return { id: 'an order', status: this.status }
  }

  #becomes(to: Status, from: Status): void {
    for (const [key, status] of this.orders) if (status === from) this.orders.set(key, to)
    this.tell?.()
  }
}

let world: World
vi.mock('../api/http.ts', () => ({
  call: (method: string, path: string, { key }: { key?: string } = {}) =>
    world.call(method, path, key),
  postTo: () => world.pay(),
  newKey: () => world.newKey(),
}))
vi.mock('../api/socket.ts', () => ({
  on(_: string, hear: (push: { orderId: string }) => void) {
    world.tell = () => hear({ orderId: 'an order' })
    return () => {
      world.tell = undefined
    }
  },
}))

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('window', { open: () => undefined })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const fate = fc.constantFrom<Fate>(
  'answered',
  'answered',
  'lost on the way there',
  'lost on the way back',
)
const card = fc.constantFrom<Card>('succeeded', 'failed', 'requires_action', 'pending')
const later = fc.constantFrom('waits', 'runsOut', 'givesBack', 'presses', 'presses', 'presses')

/** What a page may say of an order when everything has been heard. */
const truth: Record<Status, PayStep[]> = {
  pending: ['waiting', 'asks', 'declined', 'review'],
  paid: ['paid'],
  expired: ['ended', 'review'],
  refunded: ['refunded'],
}

test('whatever is lost or late, one bag is one order, charged once, and the page ends with what the order says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fate, { maxLength: 8 }),
      fc.array(card, { maxLength: 4 }),
      fc.array(later, { maxLength: 12 }),
      async (s, fates, cards, all) => {
        world = new World(s, fates, cards)
        const pay = new Pay()
        const begun: Promise<void>[] = []
        // As the sheet lets them: what is under way cannot be pressed again.
        const press = () => {
          if (pay.step.value === 'review') begun.push(pay.buy(['a hold'], {} as never))
          else if (pay.step.value === 'declined') begun.push(pay.pay())
        }
        press()
        const done = all.map(async (act, n) => {
          await s.schedule(Promise.resolve(), `${n} ${act}`)
          if (act === 'waits') await vi.advanceTimersByTimeAsync(2_100)
          else if (act === 'presses') press()
          else world[act]()
          if (pay.step.value === 'paid') expect(['paid', 'refunded']).toContain(world.status)
        })
        await s.waitFor(Promise.all(done))
        // Nothing more is lost: the page asks again by itself.
        for (let n = 0; n < 12; n++) {
          await vi.advanceTimersByTimeAsync(2_100)
          await s.waitIdle()
        }
        await Promise.all(begun)
        expect(world.orders.size).toBeLessThanOrEqual(1)
        expect(world.charges).toBeLessThanOrEqual(1)
        if (world.status) expect(truth[world.status]).toContain(pay.step.value)
        pay.close()
      },
    ),
    { numRuns: 1_000 },
  )
})

test('the bank said no only to a card that it declined', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (s) => {
      world = new World(s, [], ['requires_action', 'failed'])
      const pay = new Pay()
      await s.waitFor(pay.buy(['a hold'], {} as never))
      expect(pay.step.value).toBe('asks')
      pay.otherCard()
      expect([pay.step.value, pay.declined.value]).toEqual(['declined', null])
      await s.waitFor(pay.pay())
      expect([pay.step.value, pay.declined.value]).toEqual(['declined', pay.card.value])
      pay.close()
    }),
    { numRuns: 20 },
  )
})

test('a page that is left in the middle of a payment asks nothing more', async () => {
  const opened = vi.fn()
  vi.stubGlobal('window', { open: opened })
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.nat(6), async (s, steps) => {
      world = new World(s, [], ['requires_action'])
      opened.mockClear()
      const pay = new Pay()
      const bought = pay.buy(['a hold'], {} as never)
      for (let step = 0; step < steps && s.count() > 0; step++) await s.waitOne()
      const asked = pay.step.value === 'asks'
      pay.close()
      await s.waitFor(bought)
      expect(vi.getTimerCount()).toBe(0)
      expect(opened).toHaveBeenCalledTimes(asked ? 1 : 0)
    }),
    { numRuns: 50 },
  )
})

test('an answer about an earlier try says nothing of the one that runs', async () => {
  const asked: ((status: string) => void)[] = []
  const order = { id: 'an order', status: 'pending' }
  const payment = (status: string) => ({
    status,
    provider: 'sandbox',
    payUrl: 'https://bank.test/pay',
  })
  world = {
    newKey: () => 'a key',
    pay: async () => ({ status: 'pending' }),
    async call(method: string, path: string) {
      if (method === 'POST') return { order, payment: payment('pending') }
      if (path === '/orders/:id') return order
      return new Promise((answer) => asked.push((status) => answer(payment(status))))
    },
  } as unknown as World
  const pay = new Pay()
  const says = async (which: number, status: string) => {
    asked[which]?.(status)
    await vi.advanceTimersByTimeAsync(0)
    return pay.step.value
  }
  await pay.buy(['a hold'], {} as never)
  await vi.advanceTimersByTimeAsync(2_100)
  expect(asked.length).toBe(2)
  expect(await says(1, 'failed')).toBe('declined')
  void pay.pay()
  await vi.advanceTimersByTimeAsync(0)
  expect(await says(2, 'pending')).toBe('waiting')
  expect(await says(0, 'failed')).toBe('waiting')
  pay.close()
})

const unpaid = { id: 'an order', status: 'pending' }
type Till = { status: string; provider: string; payUrl: string | null }

/** A shop with one order, whose payment is what `till` says when it is asked. */
function shopWith(till: () => Till) {
  const pay = vi.fn(async () => ({ status: 'pending' }))
  world = {
    newKey: () => 'a key',
    pay,
    async call(method: string, path: string) {
      if (method === 'POST') return { order: unpaid, payment: till() }
      return path === '/orders/:id' ? unpaid : till()
    },
  } as unknown as World
  return pay
}

test('a provider with a page of its own is never told a card: its page opens, and the order says the rest', async () => {
  const opened = vi.fn()
  vi.stubGlobal('window', { open: opened })
  const payUrl = 'https://checkout.test/1'
  const sent = shopWith(() => ({ status: 'pending', provider: 'stripe', payUrl }))
  const pay = new Pay()
  await pay.buy(['a hold'], {} as never)
  expect([pay.step.value, pay.bankUrl.value]).toEqual(['away', payUrl])
  expect(opened).toHaveBeenCalledExactlyOnceWith(payUrl, 'bank', expect.any(String))
  await vi.advanceTimersByTimeAsync(10_000)
  expect(pay.step.value).toBe('away')
  expect(sent).not.toHaveBeenCalled()
  pay.close()
})

test('a page that the browser blocked is not said to be open, until somebody opened it', async () => {
  const open = vi.fn((): object | null => null)
  vi.stubGlobal('window', { open })
  shopWith(() => ({ status: 'pending', provider: 'stripe', payUrl: 'https://checkout.test/1' }))
  const pay = new Pay()
  await pay.buy(['a hold'], {} as never)
  expect([pay.step.value, pay.isBlocked.value]).toEqual(['away', true])
  open.mockReturnValue({})
  pay.openPage()
  expect(pay.isBlocked.value).toBe(false)
  pay.close()
})

test('who could not even ask for the page is told why, and not asked for a card', async () => {
  shopWith(() => {
    throw new Refused('RATE_LIMITED', 'too many')
  })
  const pay = new Pay()
  pay.resume(unpaid as never)
  await pay.pay()
  expect([pay.step.value, pay.refused.value?.code]).toEqual(['review', 'RATE_LIMITED'])
  pay.close()
})

test('what the provider will not open is said, and asked for anew by the next press', async () => {
  let till: Till = { status: 'failed', provider: 'stripe', payUrl: null }
  shopWith(() => till)
  const pay = new Pay()
  await pay.buy(['a hold'], {} as never)
  await vi.advanceTimersByTimeAsync(2_100)
  expect([pay.step.value, pay.declined.value]).toEqual(['unopened', null])
  till = { status: 'pending', provider: 'stripe', payUrl: 'https://checkout.test/1' }
  await pay.pay()
  expect(pay.step.value).toBe('away')
  pay.close()
})

test.each([
  { provider: 'stripe', then: 'away' },
  { provider: 'sandbox', then: 'waiting' },
])(
  'a payment that $provider has not opened yet goes on by itself when it has',
  async ({ provider, then }) => {
    let payUrl: string | null = null
    const sent = shopWith(() => ({ status: 'pending', provider, payUrl }))
    const pay = new Pay()
    await pay.buy(['a hold'], {} as never)
    await vi.advanceTimersByTimeAsync(4_100)
    expect([pay.step.value, pay.bankUrl.value]).toEqual(['waiting', null])
    payUrl = 'https://bank.test/pay'
    await vi.advanceTimersByTimeAsync(4_100)
    expect(pay.step.value).toBe(then)
    expect(sent).toHaveBeenCalledTimes(provider === 'sandbox' ? 1 : 0)
    pay.close()
  },
)
