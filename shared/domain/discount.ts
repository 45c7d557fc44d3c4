import { leastPaidMinor } from '../limits.ts'

type Money = { amount: number; currency: string }
export type Off = { percent: number } | { amount: Money }

/**
 * Stripe's least charge, in minor units, where it is not `leastPaidMinor`: "Minimum charge amounts" of
 * https://docs.stripe.com/currencies. `least_paid_v1` has the same for Postgres.
 */
export const leastCharges: Readonly<Record<string, number>> = {
  AED: 200,
  BGN: 100,
  CZK: 1_500,
  DKK: 250,
  GBP: 30,
  HKD: 400,
  HUF: 17_500,
  MXN: 1_000,
  MYR: 200,
  NOK: 300,
  PLN: 200,
  RON: 200,
  SEK: 300,
  THB: 1_000,
}

/** Minor units that a code must leave to pay. */
export function leastPaid(currency: string): number {
  return leastCharges[currency] ?? leastPaidMinor
}

/**
 * What a code takes off goods of this worth, rounded down to the minor unit: never more than the goods,
 * and never so much that less than `leastPaid` is left of `payable`, the goods with delivery.
 */
export function discountOf(
  off: Off,
  { worth, payable, leastPaid }: { worth: number; payable: number; leastPaid: number },
): number {
  const wanted = 'percent' in off ? Math.floor((worth * off.percent) / 100) : off.amount.amount
  return Math.max(0, Math.min(wanted, worth, payable - leastPaid))
}

/**
 * A discount on its lines, to the minor unit: each its share rounded down, and what is left over one by
 * one to the largest remainders, of equal ones to the earlier line.
 */
export function spread(discount: number, worths: readonly number[]): number[] {
  const goods = BigInt(worths.reduce((sum, worth) => sum + worth, 0))
  if (goods === 0n) return worths.map(() => 0)
  const products = worths.map((worth) => BigInt(discount) * BigInt(worth))
  const shares = products.map((product) => Number(product / goods))
  const over = discount - shares.reduce((sum, share) => sum + share, 0)
  const byRest = [...products.keys()].sort((a, b) =>
    Number(((products[b] as bigint) % goods) - ((products[a] as bigint) % goods)),
  )
  for (const line of byRest.slice(0, over)) shares[line] = (shares[line] as number) + 1
  return shares
}
