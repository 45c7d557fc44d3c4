import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Failpoint, failpoints } from '../../server/base/failpoint.ts'
import { Canary } from '../support/night/canary.ts'
import { type Deed, deedsBeforeRoom } from '../support/night/deeds.ts'
import { sawEverything, settle } from '../support/night/judge.ts'
import { patienceMs, report, tooLate } from '../support/night/report.ts'
import { must, Steps } from '../support/night/steps.ts'
import { until } from '../support/night/until.ts'
import { Night } from '../support/night.ts'

// A process dies between any two durable steps. The other one is asked the same again, by the same
// key, or finds by itself what was begun: there is one result.

let night: Night
/** For deeds whose time runs out by itself. */
const shortly = { HOLD_MS: '2500', PAY_MS: '2500' }
const storyMs = 180_000
const [victim, other] = [0, 1] as const

let canary: Canary | undefined
beforeAll(async () => {
  night = await Night.open({ processes: 2 })
}, 240_000)
afterEach(() => canary?.close())
afterAll(() => night?.close())

const isPaid = (steps: Steps, order: string) => async () => (await steps.statusOf(order)) === 'paid'

/** The stock of a stage stays locked until its holds and orders are over: then the sweepers come. */
async function whenOver(steps: Steps, table: 'holds' | 'orders', act: () => void): Promise<void> {
  const { variantId } = steps.stage
  const open = table === 'holds' ? 'active' : 'pending'
  await night.sql.begin(async (tx) => {
    await tx`select 1 from stock where variant_id = ${variantId} for update`
    const isOver = async () => {
      const left =
        table === 'holds'
          ? await night.sql`select 1 from holds where variant_id = ${variantId} and state = ${open} and expires_at > clock_timestamp()`
          : await night.sql`select 1 from orders where buyer = ${steps.buyer.id} and status = ${open} and expires_at > clock_timestamp()`
      return left.length === 0
    }
    await until(`the ${table} are over`, isOver, patienceMs)
    act()
  })
}

const deeds: Deed[] = [
  {
    what: 'hold',
    line: 'F1',
    points: ['hold.before-commit', 'hold.after-commit'],
    play: async (steps) => ({
      dies: () => steps.hold(victim),
      async goesOn() {
        const { holdId } = must(await steps.hold(other))
        expect(must(await steps.hold(other)).holdId).toBe(holdId)
        expect(await steps.ledger('hold')).toBe(1)
      },
    }),
  },
  {
    what: 'release',
    line: 'F1',
    points: ['release_hold_v1.before-commit', 'release_hold_v1.after-commit'],
    async play(steps) {
      const holdId = await steps.held(other)
      return {
        dies: () => steps.release(victim, holdId),
        async goesOn() {
          must(await steps.release(other, holdId))
          expect(await steps.ledger('release')).toBe(1)
        },
      }
    },
  },
  {
    what: 'order',
    line: 'F2',
    points: [
      'order.before-commit',
      'order.after-commit',
      'payment.before-provider',
      'payment.after-provider',
      'payment.after-saved',
    ],
    async play(steps) {
      const holdId = await steps.held(other)
      return {
        dies: () => steps.order(victim, holdId),
        async goesOn() {
          const { id } = must(await steps.order(other, holdId)).order
          expect(must(await steps.order(other, holdId)).order.id).toBe(id)
          expect(await steps.uses()).toBe(1)
          const pays = async () => (await steps.pay(other, id)).outcome === 'ok'
          await until('it can be paid', pays, patienceMs)
          await until('it is paid', isPaid(steps, id), patienceMs)
          expect(await steps.ledger('confirm')).toBe(1)
        },
      }
    },
  },
  {
    what: 'payment and webhook',
    line: 'F2',
    points: [
      'charge.taken',
      'bank-event.claimed',
      'bank-event.taken',
      'webhook.verified',
      'settle.before-commit',
      'settle.after-commit',
    ],
    async play(steps) {
      const order = await steps.ordered(other)
      return {
        dies: () => steps.pay(victim, order),
        async goesOn() {
          must(await steps.pay(other, order))
          await until('it is paid', isPaid(steps, order), patienceMs)
          expect(await steps.ledger('confirm')).toBe(1)
          expect(await steps.events('order.placed')).toBe(1)
        },
      }
    },
  },
  {
    what: 'reconciling',
    line: 'F2',
    alone: true,
    points: ['reconcile.claimed', 'reconcile.read'],
    async play(steps) {
      const order = await steps.ordered(other)
      return {
        // The shop asks by itself, two seconds after the payment was opened.
        dies: async () => undefined,
        async goesOn() {
          must(await steps.pay(other, order))
          await until('it is paid', isPaid(steps, order), patienceMs)
        },
      }
    },
  },
  {
    what: 'cancellation',
    line: 'F1',
    points: ['cancel_order_v1.before-commit', 'cancel_order_v1.after-commit'],
    async play(steps) {
      const order = await steps.ordered(other)
      return {
        dies: () => steps.cancel(victim, order),
        async goesOn() {
          expect(must(await steps.cancel(other, order)).status).toBe('canceled')
          expect(await steps.uses()).toBe(0)
          expect(await steps.ledger('release')).toBe(1)
        },
      }
    },
  },
  {
    what: 'refund asked',
    line: 'F2',
    points: ['refund_order_v1.before-commit', 'refund_order_v1.after-commit'],
    play: (steps) => refunding(steps, (order) => steps.refund(victim, order)),
  },
  {
    what: 'refund given',
    line: 'F2',
    points: [
      'refund.claimed',
      'refund.after-provider',
      'settle_refund_v1.before-commit',
      'settle_refund_v1.after-commit',
    ],
    play: (steps) => refunding(steps, (order) => steps.refund(victim, order)),
    alone: true,
  },
  ...deedsBeforeRoom(victim, other),
  {
    what: 'expiry of a hold',
    line: 'F1',
    alone: true,
    runsOut: 'holds',
    points: ['sweep_holds_v1.before-commit', 'sweep_holds_v1.after-commit'],
    async play(steps) {
      must(await steps.hold(victim))
      return {
        dies: async () => undefined,
        async goesOn() {
          const isFree = async () => (await steps.ledger('expire')) === 1
          await until('the unit is back', isFree, patienceMs)
        },
      }
    },
  },
  {
    what: 'expiry of an order',
    line: 'F1',
    alone: true,
    runsOut: 'orders',
    points: ['expire_orders_v1.before-commit', 'expire_orders_v1.after-commit'],
    async play(steps) {
      const order = await steps.ordered(victim)
      return {
        dies: async () => undefined,
        async goesOn() {
          const isOver = async () => (await steps.statusOf(order)) === 'expired'
          await until('the order is over', isOver, patienceMs)
          expect(await steps.ledger('expire')).toBe(1)
          expect(await steps.uses()).toBe(0)
        },
      }
    },
  },
  {
    what: 'pull',
    line: 'F2',
    points: ['pull_v1.before-commit', 'pull_v1.after-commit'],
    async play(steps) {
      await steps.held(other)
      return {
        dies: () => steps.pull(victim),
        async goesOn() {
          must(await steps.pull(other))
          expect((await steps.hold(other, 'another')).outcome).toBe('PRODUCT_PULLED')
          expect(await steps.events('product.pulled')).toBe(1)
          expect((await steps.ledger('pull')) + (await steps.ledger('expire'))).toBe(1)
        },
      }
    },
  },
  {
    what: 'ban',
    line: 'F2',
    points: ['ban_v1.before-commit', 'ban_v1.after-commit'],
    async play(steps) {
      await steps.held(other)
      return {
        dies: () => steps.ban(victim),
        async goesOn() {
          must(await steps.ban(other))
          expect((await steps.hold(other, 'another')).outcome).toBe('BANNED')
          const [row] = await night.sql<{ n: number }[]>`
            select count(*)::int as n from sanctions where show_id = ${steps.stage.showId}
              and account_id = ${steps.buyer.id} and kind = 'ban'`
          expect(row?.n).toBe(1)
        },
      }
    },
  },
]

async function refunding(steps: Steps, ask: (order: string) => Promise<unknown>) {
  const order = await steps.ordered(other)
  must(await steps.pay(other, order))
  await until('it is paid', isPaid(steps, order), patienceMs)
  return {
    dies: () => ask(order),
    async goesOn() {
      expect(['paid', 'refunded']).toContain(must(await steps.refund(other, order)).status)
      const [given] = await night.sql<{ n: number }[]>`
        select count(*)::int as n from refunds where order_id = ${order}`
      expect(given?.n).toBe(1)
      await settle(night)
      const [bank] = await night.sql<{ n: number }[]>`
        select count(*)::int as n from sandbox_refunds r join refunds f on f.id = r.reference
        where f.order_id = ${order}`
      expect(bank?.n).toBe(1)
    },
  }
}

/** One deed, and a process that dies at one place of it. Answers how long until there was one result. */
async function dieAt(deed: Deed, point: Failpoint): Promise<number> {
  const steps = await Steps.begin(night, other)
  const { dies, goesOn } = await deed.play(steps)
  const { ended } = night.web(victim)
  if (deed.alone) night.web(other).signal('SIGSTOP')
  const arm = () => night.web(victim).arm(`${point}=kill`)
  if (deed.runsOut) await whenOver(steps, deed.runsOut, arm)
  else arm()
  const asked = dies()
  expect((await ended).signal).toBe('SIGKILL')
  const died = performance.now()
  if (deed.alone) night.web(other).signal('SIGCONT')
  night.web(victim).launch(deed.runsOut && shortly)
  await asked
  await goesOn()
  const tookMs = performance.now() - died
  await night.web(victim).ready()
  return tookMs
}

for (const deed of deeds) {
  test(
    `a process dies in the middle of it, there is one result: ${deed.what}`,
    async () => {
      let slowest = 0
      const beside = (canary = await Canary.open(night))
      for (const point of deed.points) {
        if (deed.runsOut && point === deed.points[0]) {
          await night.web(victim).kill()
          await night.web(victim).start(shortly)
        }
        slowest = Math.max(slowest, await dieAt(deed, point))
      }
      await beside.rest()
      await settle(night)
      const wrong = [
        ...night.webs.flatMap((web) => web.complaints()),
        ...tooLate({ recoveryMs: slowest }),
        // Where their own process stood still for it, they waited; they missed nothing all the same.
        ...(deed.alone ? [] : beside.disturbances),
        ...(await sawEverything(night, beside.stage.showId, [beside.watcher])),
        ...(await night.verify()),
      ]
      report({
        line: deed.line,
        fault: `A process dies between steps: ${deed.what}`,
        how: `\`kill -9\` at each of ${deed.points.length} failpoints between two durable steps`,
        saw: 'connection closed; the same key, asked of the other process, has one result',
        canary: beside.words,
        recoveryMs: slowest,
        invariants: wrong.length === 0 ? 'hold' : `${wrong.length} broken`,
        seed: night.seed,
      })
      expect(wrong).toEqual([])
    },
    deed.points.length * storyMs,
  )
}

test(
  'the way breaks at the moment of the answer: what was done is found by its key, nobody notices',
  async () => {
    const steps = await Steps.begin(night, other)
    night.web(victim).arm('hold.after-commit=throw,order.after-commit=throw')
    const { holdId } = must(await steps.hold(victim))
    must(await steps.order(victim, holdId))
    expect(await steps.ledger('hold')).toBe(1)
  },
  storyMs,
)

test('no failpoint is without a story', () => {
  expect(deeds.flatMap(({ points }) => points).sort()).toEqual([...failpoints].sort())
})
