import { minorDigits } from '../../shared/domain/money.ts'

/** Integer minor units and an ISO 4217 code, as on the wire. */
export type Money = { amount: number; currency: string }

export type PricePart = { kind: 'whole' | 'minor' | 'sign'; text: string }

export const locale = asLocale(globalThis.navigator?.language) ?? 'en'

/** A browser may name what is no language: WebKit says `C` where the machine has none. */
function asLocale(tag: string | undefined): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined
  }
}

const formats = new Map<string, Intl.NumberFormat>()

function format(currency: string): Intl.NumberFormat {
  const known = formats.get(currency)
  if (known !== undefined) return known
  // ISO's digits, not the browser's: they are what an amount is counted in.
  const digits = minorDigits(currency)
  const made = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  formats.set(currency, made)
  return made
}

function major({ amount, currency }: Money): number {
  return amount / 10 ** minorDigits(currency)
}

/** `$29.50`, as the reader's language writes it. */
export function money(value: Money): string {
  return format(value.currency).format(major(value))
}

const inPercent = new Intl.NumberFormat(locale, { style: 'percent' })

/** What a code takes off: `10%` or `$5.00`. */
export function offWords(off: { percent: number } | { amount: Money }): string {
  return 'percent' in off ? inPercent.format(off.percent / 100) : money(off.amount)
}

/** A price set like a ticket: the sign, the whole digits, and the minor digits to raise. */
export function priceParts(value: Money): PricePart[] {
  const parts = format(value.currency).formatToParts(major(value))
  const minor = parts.some((part) => part.type === 'fraction')
  const drawn = minor ? parts.filter((part) => part.type !== 'decimal') : parts
  return drawn.map((part) => ({ kind: kindOf(part.type), text: part.value }))
}

function kindOf(type: Intl.NumberFormatPart['type']): PricePart['kind'] {
  if (type === 'fraction') return 'minor'
  return type === 'integer' || type === 'group' ? 'whole' : 'sign'
}

/** The currency's sign alone, for the inside of a field. */
export function sign(currency: string): string {
  const parts = format(currency).formatToParts(0)
  return parts.find((part) => part.type === 'currency')?.value ?? currency
}

const ownGroup =
  new Intl.NumberFormat(locale).formatToParts(1_000_000).find((part) => part.type === 'group')
    ?.value ?? ','

/**
 * What somebody typed ("72", "72.5", "1.234,50") as minor units; null when it is no price. "7.255"
 * is seven thousand only where people group with a dot: elsewhere it is a slip, and refused.
 */
export function parseMoney(text: string, currency: string): Money | null {
  const typed = text.trim().replace(/[\s'’\u00a0\u202f]/g, '')
  const match = /^(\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*|\d+)(?:([.,])(\d*))?$/.exec(typed)
  if (match === null) return null
  const [, whole = '', group, decimal, fraction = ''] = match
  const groupedOnce =
    group !== undefined && decimal === undefined && whole.split(group).length === 2
  if (group !== undefined && group === decimal) return null
  const digits = minorDigits(currency)
  const slipped = groupedOnce && group !== ownGroup
  // With three minor digits it is no slip: "7.255" dinars are seven and 255 fils.
  if (slipped && digits !== 3) return null
  if (fraction.length > digits) return null
  const amount = Number(whole.replace(/[.,]/g, '')) * (slipped ? 1 : 10 ** digits)
  return { amount: amount + Number(fraction.padEnd(digits, '0') || 0), currency }
}

/** The plain figure for a field: 7200 USD is "72.00". */
export function figure({ amount, currency }: Money): string {
  return major({ amount, currency }).toFixed(minorDigits(currency))
}

export function plus(a: Money, b: Money): Money {
  return { amount: a.amount + b.amount, currency: a.currency }
}

export function times(value: Money, quantity: number): Money {
  return { amount: value.amount * quantity, currency: value.currency }
}

const counts = new Intl.NumberFormat(locale)
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 })

/** `1,284` */
export function count(n: number): string {
  return counts.format(n)
}

/** `18.2k`, from ten thousand on. */
export function brief(n: number): string {
  return n < 10_000 ? counts.format(n) : short.format(n)
}

const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })

/** `40 %` of a whole that is 1. */
export function percent(part: number): string {
  return share.format(part)
}

const rates = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 })

/** `12.5%`, of hundredths of a percent. */
export function rateWords(bps: number): string {
  return rates.format(bps / 10_000)
}
