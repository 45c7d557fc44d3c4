/** Integer minor units and an ISO 4217 code, as on the wire. */
type Money = { amount: number; currency: string }

/**
 * ISO 4217's minor units where they are not two. Not asked of Intl: browsers follow either ISO or
 * what people write by hand (forints without fillér), and both sides must agree to the last digit.
 */
const exponents: Record<string, string> = {
  '0': 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  '3': 'BHD IQD JOD KWD LYD OMR TND',
  '4': 'CLF UYW',
}
const exponentOf = new Map(
  Object.entries(exponents).flatMap(([digits, codes]) =>
    codes.split(' ').map((code) => [code, Number(digits)] as const),
  ),
)

/** Codes of accounting, not of money that somebody could pay with. */
const notPayable = new Set(['XDR', 'XSU', 'XUA', 'XXX', 'XTS', 'XAU', 'XAG', 'XPT', 'XPD'])
const payable = new Set(
  Intl.supportedValuesOf('currency').filter((currency) => !notPayable.has(currency)),
)

/** Whether people can pay with it: `ABC` looks like a currency and is none. */
export function isCurrency(code: string): boolean {
  return payable.has(code)
}

/** How many minor digits a currency has: 2 for USD, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  return exponentOf.get(currency) ?? 2
}

/** 7250 USD is "72.50", 3200 JPY is "3200": exact, without floating point. */
export function toDecimal({ amount, currency }: Money): string {
  const digits = minorDigits(currency)
  const text = String(Math.abs(amount)).padStart(digits + 1, '0')
  const sign = amount < 0 ? '-' : ''
  if (digits === 0) return sign + text
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** As people read it, in the language that the house speaks: "$8.50". */
export function toText(sum: Money): string {
  const digits = minorDigits(sum.currency)
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: sum.currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return format.format(toDecimal(sum) as `${number}`)
}

/** Zeros that files write behind the point even for currencies without minor units: "1200.00". */
const usualDigits = 2

/**
 * "72.5" as minor units: plain digits with at most one point, nothing grouped, nothing rounded.
 * Null for everything else, also for what is too large to be exact.
 */
export function fromDecimal(text: string, currency: string): number | null {
  const match = /^(\d{1,16})(?:\.(\d{1,4}))?$/.exec(text)
  if (!match) return null
  const [, whole = '', fraction = ''] = match
  const digits = minorDigits(currency)
  if (fraction.length > Math.max(digits, usualDigits)) return null
  if (/[1-9]/.test(fraction.slice(digits))) return null
  const amount = Number(whole + fraction.slice(0, digits).padEnd(digits, '0'))
  return Number.isSafeInteger(amount) ? amount : null
}
