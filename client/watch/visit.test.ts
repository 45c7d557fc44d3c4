import { computed, signal } from '@preact/signals'
import { beforeEach, expect, test, vi } from 'vitest'
import { Refused } from '../api/refused.ts'
import type { Hold, Mute } from '../api/show.ts'
import { type BagLine, inPlace, Visit } from './visit.ts'

/** The house's side of a bag: what is held, and a house that may say no. */
const house = { held: [] as Hold[], mayRelease: true, mayHold: true, made: 0 }

const inShow = 'http://house/s/a show'
const place = signal(new URL(inShow))
vi.mock('../router.ts', () => ({
  go: (to: string) => (place.value = new URL(to, inShow)),
  path: computed(() => decodeURI(place.value.pathname)),
  query: computed(() => place.value.searchParams),
}))
const toasts = vi.hoisted(() => [] as { text: string; action?: { run: () => void } }[])
vi.mock('../ui/toast.tsx', () => ({
  toast: (said: (typeof toasts)[number]) => toasts.push(said),
  dropToast: () => undefined,
}))
vi.mock('../api/session.ts', () => ({ signedIn: signal(true) }))
vi.mock('../api/show.ts', () => ({ openShow: () => store }))
vi.mock('../api/socket.ts', () => ({
  async command(name: string, asked: { holdId: string; quantity: number }) {
    if (name === 'hold:release') {
      if (!house.mayRelease) throw new Refused('OFFLINE', 'no answer')
      house.held = house.held.filter(({ holdId }) => holdId !== asked.holdId)
      return {}
    }
    if (name === 'reaction:send') throw new Refused('RATE_LIMITED', 'no')
    if (!house.mayHold) throw new Refused('SOLD_OUT', 'no')
    const made = hold(asked.quantity)
    house.held = [...house.held, made]
    return made
  },
}))

const holds = signal<Hold[]>([])
const store = {
  holds,
  room: signal(null),
  onHoldEnded: () => () => undefined,
  onHoldMade: () => () => undefined,
  onPlace: () => () => undefined,
  tellMuted: (_: Mute): void => undefined,
  onMuted(hear: (mute: Mute) => void) {
    store.tellMuted = hear
    return () => undefined
  },
  keepHold: (made: Hold) => {
    holds.value = [...holds.value, made]
  },
  dropHold: (holdId: string) => {
    holds.value = holds.value.filter((one) => one.holdId !== holdId)
  },
  close: () => undefined,
}

function hold(quantity: number): Hold {
  house.made += 1
  const price = { amount: 2_400, currency: 'EUR' }
  const expiresAt = '2026-11-22T20:00:00.000Z'
  const variantId = 'a mug'
  return { holdId: `hold ${house.made}`, variantId, quantity, price, expiresAt } as Hold
}

const unitsHeld = () => house.held.reduce((sum, { quantity }) => sum + quantity, 0)

function openBag(...quantities: number[]): { visit: Visit; line: BagLine } {
  house.held = quantities.map(hold)
  holds.value = house.held
  const visit = new Visit('a show')
  return { visit, line: visit.bag.value[0] as BagLine }
}

beforeEach(() => {
  Object.assign(house, { mayRelease: true, mayHold: true })
  place.value = new URL(inShow)
  toasts.splice(0)
})

test.each([
  { of: [2], left: 1 },
  { of: [1, 1], left: 1 },
  { of: [3, 1], left: 3 },
  { of: [1], left: 0 },
])('one less of $of leaves $left', async ({ of, left }) => {
  const { visit, line } = openBag(...of)
  await visit.giveBackOne(line, true)
  expect(unitsHeld()).toBe(left)
  expect(visit.bag.value[0]?.quantity ?? 0).toBe(left)
})

test('one less that the house did not hear of changes nothing', async () => {
  const { visit, line } = openBag(2)
  house.mayRelease = false
  await visit.giveBackOne(line, true)
  expect(unitsHeld()).toBe(2)
  expect(visit.bag.value[0]?.quantity).toBe(2)
})

test('a hold whose price is gone goes back whole', async () => {
  const { visit, line } = openBag(3)
  await visit.giveBackOne(line, false)
  expect(unitsHeld()).toBe(0)
})

test('while a hold becomes a smaller one, nothing else of its variant is held', async () => {
  const { visit, line } = openBag(2)
  const changed = visit.giveBackOne(line, true)
  expect([...visit.holding.value]).toEqual(['a mug'])
  await visit.hold('a mug', 1)
  await changed
  expect(unitsHeld()).toBe(1)
  expect(visit.holding.value.size).toBe(0)
})

test('a toast that outlives its visit still leads to the bag', async () => {
  const { visit } = openBag(1)
  visit.openBag()
  expect([visit.sheet.value, place.value.search]).toEqual([{ name: 'bag' }, ''])
  visit.close()
  visit.openBag()
  expect(new Visit('a show').sheet.value).toEqual({ name: 'bag' })
})

test('who is back in the show before they press that toast gets the bag too', () => {
  const { visit: before } = openBag(1)
  before.close()
  const now = new Visit('a show')
  const elsewhere = new Visit('another show')
  before.openBag()
  expect([now.sheet.value, elsewhere.sheet.value]).toEqual([{ name: 'bag' }, null])
  now.sheet.value = null
  before.openBag()
  expect(now.sheet.value).toEqual({ name: 'bag' })
})

test('a hold that comes when its buyer has left is told, and fetches nobody back', async () => {
  const { visit } = openBag()
  const held = visit.hold('a mug', 1, 'bag')
  visit.close()
  place.value = new URL('http://house/')
  await held
  expect([place.value.pathname, toasts.length]).toEqual(['/', 1])
  toasts[0]?.action?.run()
  expect(place.value.search).toBe('?bag')
})

test('a line of the bag keeps its place when its hold becomes a smaller one', () => {
  const line = (key: string, quantity = 1) => ({ key, quantity }) as BagLine
  const before = [line('a mug', 2), line('a bowl')]
  const now = inPlace(before, [line('a bowl'), line('a plate'), line('a mug')])
  expect(now).toEqual([line('a mug'), line('a bowl'), line('a plate')])
})

test('whoever is muted hears why, and when it is over', () => {
  openBag(1)
  store.tellMuted({ mutedUntil: '2026-11-22T20:17:00.000Z', reason: 'insulting the host' })
  store.tellMuted({ mutedUntil: null, reason: null })
  const [why, over] = toasts.map(({ text }) => text)
  expect(why).toContain('insulting the host')
  expect(over).toBe('**You can write again.**')
})

test('a mute for the show is no clock time of tomorrow', () => {
  openBag(1)
  const mutedUntil = new Date(Date.now() + 24 * 3_600_000).toISOString()
  store.tellMuted({ mutedUntil, reason: 'spam' })
  expect(toasts[0]?.text).toMatch(/^\*\*Muted for this show:\*\* spam\./)
})

test('a heart that was lost is not waited for', async () => {
  const { visit } = openBag(1)
  visit.heart()
  expect(visit.ownHearts.value).toEqual({ drawn: 1, sent: 1 })
  await vi.waitFor(() => expect(visit.ownHearts.value).toEqual({ drawn: 1, sent: 0 }))
})
