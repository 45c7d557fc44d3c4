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
const buyer = fc.nat({ max: 2 })
const variant = fc.nat({ max: 2 })
const show = fc.nat({ max: 1 })
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
      target: fc.nat({ max: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('reconnect'), who: fc.nat({ max: 4 }), show }),
  },
) as fc.Arbitrary<Step>

/** A crash cuts every connection, which takes a while to mend: one evening in twelve has one. */
const crash = fc.record({ do: fc.constant('crash'), what: ask }) as fc.Arbitrary<Step>

/** An evening in the shop. */
export const evening: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.array(step, { minLength: 4, maxLength: 26, size: 'max' }),
    fc.oneof(
      { weight: 11, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.tuple(fc.nat({ max: 20 }), crash) },
    ),
  )
  .map(([steps, cut]) => (cut ? steps.toSpliced(cut[0], 0, cut[1]) : steps))
