import { afterAll, beforeAll, expect, test } from 'vitest'
import { fc } from '../../../test/support/random.ts'
import { codeOf, openShop, type Shop } from '../../../test/support/shop.ts'
import { auditStock } from './audit.ts'
import { sweepHolds } from './jobs.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})

afterAll(() => shop.close())

type Step =
  | { do: 'hold'; quantity: number }
  | { do: 'release' | 'run out'; nth: number }
  | { do: 'sweep' }
  | { do: 'correct'; delta: number }
  | { do: 'pull and restore' }

const nth = fc.nat(7)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('hold' as const),
      quantity: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('release' as const, 'run out' as const), nth }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('sweep' as const, 'pull and restore' as const) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('correct' as const),
      delta: fc.integer({ min: -6, max: 6 }),
    }),
  },
)

/** The shop on paper: what each step must answer and leave behind. */
class Paper {
  onHand: number
  readonly holds: { quantity: number; state: 'active' | 'due' | 'ended' }[] = []

  constructor(onHand: number) {
    this.onHand = onHand
  }

  get held(): number {
    return this.holds.reduce((sum, h) => sum + (h.state === 'ended' ? 0 : h.quantity), 0)
  }

  hold(quantity: number): string {
    if (quantity > this.onHand - this.held) this.end('due')
    if (quantity > this.onHand - this.held) return 'SOLD_OUT'
    this.holds.push({ quantity, state: 'active' })
    return 'ok'
  }

  correct(delta: number): string {
    if (delta === 0) return 'VALIDATION'
    if (this.onHand + delta < this.held) return 'CONFLICT'
    this.onHand += delta
    return 'ok'
  }

  end(...states: string[]): void {
    for (const hold of this.holds) if (states.includes(hold.state)) hold.state = 'ended'
  }
}

test('whatever is done in whatever order, the ledger adds up and the chain holds', async () => {
  const buyer = await shop.person()
  const anyDay = fc.record({ onHand: fc.nat(12), steps: fc.array(step, { maxLength: 25 }) })
  await fc.assert(
    fc.asyncProperty(anyDay, async ({ onHand, steps }) => {
      const { host, product, showId, variantId } = await shop.open(onHand)
      const paper = new Paper(onHand)
      const holdIds: string[] = []

      const hold = async (quantity: number, n: number) => {
        const ask = { showId, variantId, quantity }
        const granted = shop.inventory.hold(buyer, ask, `${variantId} ${n}`)
        const code = await codeOf(granted)
        if (code === 'ok') holdIds.push((await granted).holdId)
        return code
      }
      const take = async (s: Step, n: number): Promise<[told: string, onPaper: string]> => {
        if (s.do === 'hold') return [await hold(s.quantity, n), paper.hold(s.quantity)]
        if (s.do === 'correct') {
          const why = { delta: s.delta, reason: 'counted' }
          return [
            await codeOf(shop.inventory.correctStock(host, variantId, why)),
            paper.correct(s.delta),
          ]
        }
        if (s.do === 'sweep') {
          await sweepHolds({ sql: shop.pg.jobs, log: shop.log })
          paper.end('due')
        } else if (s.do === 'pull and restore') {
          await shop.sales.pull(host, { showId, productId: product.id, reason: 'a look' })
          await shop.sales.restore(host, { showId, productId: product.id })
          paper.end('active', 'due')
        } else {
          const found = paper.holds[s.nth]
          if (!found) return ['ok', 'ok']
          const holdId = holdIds[s.nth] as string
          if (s.do === 'release') {
            await shop.inventory.release(buyer, holdId)
            found.state = 'ended'
          } else {
            await shop.runOut(holdId)
            if (found.state === 'active') found.state = 'due'
          }
        }
        return ['ok', 'ok']
      }

      for (const [n, s] of steps.entries()) {
        const [told, onPaper] = await take(s, n)
        expect(told).toBe(onPaper)
        expect(await shop.stock(variantId)).toMatchObject({
          on_hand: paper.onHand,
          held: paper.held,
          sold: 0,
        })
      }
    }),
    { numRuns: 100 },
  )
  expect(await auditStock(shop.sql)).toEqual([])
}, 60_000)
