import fc from 'fast-check'

/**
 * What can happen in a shop, one thing after another. Numbers pick from what there is at that moment, so
 * every sequence makes sense and stays one when steps are taken out of it.
 *
 * Two live shows, one merchant: show 0 has products 0 (variants 0 and 1) and 1 (variant 2), show 1 has
 * product 1. People 0 to 2 buy, 3 moderates both shows, 4 is host and merchant.
 */
export const productOf = [0, 0, 1] as const
export const lineups = [[0, 1], [1]] as const
export const stock = [3, 2, 4] as const
export const priceAtFirst = 2_000
export const moderator = 3
export const host = 4

export const variantsOf = (products: readonly number[]): number[] =>
  productOf.flatMap((product, variant) => (products.includes(product) ? [variant] : []))

/** Asked with a key: the same again must change nothing more. */
export type Ask =
  | { ask: 'hold'; buyer: number; show: number; variant: number; quantity: number }
  | { ask: 'order'; buyer: number; holds: number[]; city: string }
  | { ask: 'cancel'; buyer: number; order: number }
  | { ask: 'refund'; who: number; order: number; amount: number | null }
  | { ask: 'ship'; who: number; order: number; parcel: string }
  | { ask: 'correct'; who: number; variant: number; delta: number }
  | { ask: 'say'; who: number; show: number; text: string }

export type Step =
  | { do: 'ask'; what: Ask }
  /** The n-th ask again with its key, here or at the other process, perhaps with other contents. */
  | { do: 'again'; n: number; elsewhere: boolean; changed: boolean }
  /** Every connection is cut while it is being decided; then it is asked again. */
  | { do: 'crash'; what: Ask }
  /** All three buyers at the same moment. */
  | { do: 'rush'; show: number; variant: number; quantity: number }
  | { do: 'release'; buyer: number; hold: number }
  | { do: 'pass'; minutes: number }
  | { do: 'sweep' }
  /** Something happens to a payment at its company; nobody has been told. */
  | { do: 'charge'; order: number; status: 'succeeded' | 'failed' | 'requires_action' }
  /** The company's n-th event arrives: perhaps again, perhaps before an older one. */
  | { do: 'webhook'; n: number }
  | { do: 'reconcile'; order: number }
  | { do: 'giveBack'; away: 'never' | 'before' | 'after' }
  | { do: 'pin' | 'unpin' | 'pull' | 'restore'; who: number; show: number; product: number }
  | {
      do: 'saleStart'
      who: number
      show: number
      variant: number
      quantity: number
      perBuyer: number | null
      countdown: number
      minutes: number
    }
  | { do: 'saleEnd'; who: number; n: number }
  | { do: 'price'; variant: number; amount: number }
  | { do: 'mute' | 'unmute' | 'ban' | 'unban'; who: number; show: number; target: number }
  /** Somebody comes back to a show: what they are shown is all there is to know. */
  | { do: 'reconnect'; who: number; show: number }

const any = fc.nat({ max: 1_000 })
// Most of it around one buyer and one variant: deep stories are made of steps that meet.
const buyer = fc.constantFrom(0, 0, 0, 1, 2)
const variant = fc.constantFrom(0, 0, 0, 1, 2, 2)
const show = fc.constantFrom(0, 0, 0, 1)
const merchant = fc.constantFrom(host, host, host, 0)
const staff = fc.constantFrom(host, moderator, moderator, 1)

const ask: fc.Arbitrary<Ask> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      ask: fc.constant('hold'),
      buyer,
      show,
      variant,
      quantity: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      ask: fc.constant('order'),
      buyer,
      holds: fc.array(any, { minLength: 1, maxLength: 2 }),
      city: fc.constant('Porto'),
    }),
  },
  fc.record({ ask: fc.constant('cancel'), buyer, order: any }),
  fc.record({
    ask: fc.constant('refund'),
    who: merchant,
    order: any,
    amount: fc.constantFrom(null, null, 500, 100_000),
  }),
  fc.record({
    ask: fc.constant('ship'),
    who: merchant,
    order: any,
    parcel: fc.constant('P 1'),
  }),
  fc.record({
    ask: fc.constant('correct'),
    who: merchant,
    variant,
    delta: fc.constantFrom(-2, -1, 1, 2),
  }),
  fc.record({
    ask: fc.constant('say'),
    who: fc.nat({ max: 4 }),
    show,
    text: fc.constantFrom('how large is it', 'lovely glaze', 'two for me'),
  }),
) as fc.Arbitrary<Ask>

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('ask'), what: ask }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('again'),
      n: any,
      elsewhere: fc.boolean(),
      changed: fc.boolean(),
    }),
  },
  fc.record({
    do: fc.constant('rush'),
    show,
    variant,
    quantity: fc.integer({ min: 1, max: 2 }),
  }),
  fc.record({ do: fc.constant('release'), buyer, hold: any }),
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass'), minutes: fc.constantFrom(1, 2, 5, 10) }),
  },
  fc.record({ do: fc.constant('sweep') }),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('charge'),
      order: any,
      status: fc.constantFrom('succeeded', 'succeeded', 'succeeded', 'failed', 'requires_action'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('webhook'), n: any }) },
  fc.record({ do: fc.constant('reconcile'), order: any }),
  fc.record({
    do: fc.constant('giveBack'),
    away: fc.constantFrom('never', 'before', 'after'),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('pin', 'unpin', 'pull', 'restore'),
      who: staff,
      show,
      product: fc.nat({ max: 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('saleStart'),
      who: fc.constantFrom(host, host, host, moderator),
      show,
      variant,
      quantity: fc.integer({ min: 1, max: 4 }),
      perBuyer: fc.constantFrom(null, null, 1, 2),
      countdown: fc.constantFrom(0, 0, 2),
      minutes: fc.constantFrom(2, 6),
    }),
  },
  fc.record({ do: fc.constant('saleEnd'), who: fc.constantFrom(host, host, 2), n: any }),
  fc.record({ do: fc.constant('price'), variant, amount: fc.constantFrom(2_000, 2_500, 900) }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('mute', 'unmute', 'ban', 'unban'),
      who: staff,
      show,
      target: fc.constantFrom(0, 0, 0, 1, 3, 4),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('reconnect'), who: fc.nat({ max: 4 }), show }),
  },
) as fc.Arbitrary<Step>

/** A crash cuts every connection, which takes a while to mend: one evening in twelve has one. */
const crash = fc.record({ do: fc.constant('crash'), what: ask }) as fc.Arbitrary<Step>

/** What only happens one after the other: somebody buys, and perhaps something comes in between. */
const purchase: fc.Arbitrary<Step[]> = fc
  .tuple(buyer, show, variant, fc.boolean(), fc.array(step, { maxLength: 3 }), any)
  .map(([who, place, what, isHeard, between, n]): Step[] => [
    { do: 'ask', what: { ask: 'hold', buyer: who, show: place, variant: what, quantity: 1 } },
    { do: 'ask', what: { ask: 'order', buyer: who, holds: [n], city: 'Porto' } },
    ...between,
    { do: 'charge', order: n, status: 'succeeded' },
    isHeard ? { do: 'webhook', n } : { do: 'reconcile', order: n },
  ])

/** Money that comes when the order has ended; the product may have been taken off sale by then. */
const latePurchase: fc.Arbitrary<Step[]> = fc
  .tuple(purchase, fc.boolean(), fc.boolean(), fc.array(step, { maxLength: 2 }))
  .map(([steps, isPulled, isSwept, between]): Step[] => [
    ...steps.slice(0, 2),
    { do: 'pass', minutes: 10 },
    ...(isSwept ? [{ do: 'sweep' } as const] : []),
    ...(isPulled ? [{ do: 'pull', who: host, show: 0, product: 0 } as const] : []),
    ...between,
    ...steps.slice(-2),
  ])

/** One buyer at a flash sale with a limit: what was ordered and paid counts as well. */
const limited: fc.Arbitrary<Step[]> = fc
  .tuple(purchase, fc.constantFrom(1, 2), fc.nat({ max: 3 }))
  .map(([steps, perBuyer, paid]): Step[] => {
    const what = { who: host, show: 0, variant: 0, quantity: 2, perBuyer, countdown: 0, minutes: 6 }
    const hold: Ask = { ask: 'hold', buyer: 0, show: 0, variant: 0, quantity: 1 }
    const order: Ask = { ask: 'order', buyer: 0, holds: [0], city: 'Porto' }
    const rest = [{ do: 'ask', what: order } as const, ...steps.slice(-2)].slice(0, paid)
    return [
      { do: 'saleStart', ...what },
      { do: 'ask', what: hold },
      ...rest,
      { do: 'ask', what: hold },
    ]
  })

/** A sanction that is lifted, in time or later. */
const sanction: fc.Arbitrary<Step[]> = fc
  .tuple(show, fc.constantFrom(0, 1, 3), fc.constantFrom('mute', 'ban'), fc.constantFrom(1, 5))
  .map(([place, target, kind, minutes]): Step[] => [
    { do: kind as 'mute' | 'ban', who: host, show: place, target },
    { do: 'pass', minutes },
    { do: `un${kind}` as 'unmute' | 'unban', who: host, show: place, target },
  ])

/** An evening in the shop. */
export const evening: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 12, arbitrary: step.map((one) => [one]) },
        { weight: 2, arbitrary: purchase },
        { weight: 1, arbitrary: latePurchase },
        { weight: 1, arbitrary: limited },
        { weight: 1, arbitrary: sanction },
      ),
      { minLength: 2, maxLength: 9, size: 'max' },
    ),
    fc.oneof(
      { weight: 11, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.tuple(fc.nat({ max: 20 }), crash) },
    ),
  )
  .map(([chunks, cut]) => (cut ? chunks.flat().toSpliced(cut[0], 0, cut[1]) : chunks.flat()))
