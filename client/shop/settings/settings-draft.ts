import { descriptionMax, returnDays, returnDaysMax, titleMax } from '../../../shared/limits.ts'
import type { Merchant } from '../../../shared/wire/catalog.ts'
import { figure, parseMoney } from '../../ui/money.ts'

export type ShippingDraft = { currency: string; price: string; freeFrom: string }
export type SettingsDraft = Omit<Merchant, 'shipping' | 'returnDays'> & {
  shipping: ShippingDraft[]
  returnDays: string
}

const textMax = 500
const longest = {
  name: titleMax,
  address: textMax,
  taxNote: textMax,
  terms: descriptionMax,
  returns: descriptionMax,
} as const

export function draftOf({
  shipping,
  returnDays: days = returnDays,
  ...rest
}: Merchant): SettingsDraft {
  return {
    ...rest,
    returnDays: String(days),
    shipping: shipping.map(({ price, freeFrom }) => ({
      currency: price.currency,
      price: figure(price),
      freeFrom:
        freeFrom === undefined ? '' : figure({ amount: freeFrom, currency: price.currency }),
    })),
  }
}

export type Fault =
  | { is: 'amount' }
  | { is: 'days'; max: number }
  | { is: 'long'; n: number; max: number }

/** What is wrong, by where it stands: `shipping/0/price`, `taxNote`. */
export function faultsOf(draft: SettingsDraft): Map<string, Fault> {
  const faults = new Map<string, Fault>()
  for (const [name, max] of Object.entries(longest) as [keyof typeof longest, number][]) {
    const n = draft[name].length
    if (n > max) faults.set(name, { is: 'long', n, max })
  }
  if (daysOf(draft) === null) faults.set('returnDays', { is: 'days', max: returnDaysMax })
  for (const [i, { currency, price, freeFrom }] of draft.shipping.entries()) {
    if (parseMoney(price, currency) === null) faults.set(`shipping/${i}/price`, { is: 'amount' })
    if (freeFrom.trim() !== '' && parseMoney(freeFrom, currency) === null) {
      faults.set(`shipping/${i}/freeFrom`, { is: 'amount' })
    }
  }
  return faults
}

function daysOf({ returnDays: typed }: SettingsDraft): number | null {
  const days = Number(typed.trim())
  return /^\d{1,3}$/.test(typed.trim()) && days <= returnDaysMax ? days : null
}

/** The settings that a draft without faults asks for. */
export function merchantOf(draft: SettingsDraft): Merchant {
  const { shipping, ...rest } = draft
  return {
    ...rest,
    returnDays: daysOf(draft) ?? returnDays,
    name: rest.name.trim(),
    shipping: shipping.map(({ currency, price, freeFrom }) => {
      const free = freeFrom.trim() === '' ? null : parseMoney(freeFrom, currency)
      return {
        price: parseMoney(price, currency) ?? { amount: 0, currency },
        ...(free !== null && { freeFrom: free.amount }),
      }
    }),
  }
}
