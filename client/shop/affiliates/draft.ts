import { affiliateRateBpsMax } from '../../../shared/limits.ts'
import type { AffiliateTerms, NewTerms } from '../../../shared/wire/affiliates.ts'

/** Terms as they are typed. */
export type TermsDraft = {
  entry: NewTerms['entry']
  percent: string
  products: { productId: string; title: string; percent: string }[]
}

/** As much of a sale as most shops give. */
const firstPercent = '10'

export const draftOf = (terms: AffiliateTerms | null): TermsDraft => ({
  entry: terms?.entry ?? 'open',
  percent: terms === null ? firstPercent : percentOf(terms.rateBps),
  products:
    terms?.products.map(({ productId, title, rateBps }) => ({
      productId,
      title,
      percent: percentOf(rateBps),
    })) ?? [],
})

export const percentOf = (bps: number) => String(bps / 100)

export const percentMax = affiliateRateBpsMax / 100

/** Hundredths of a percent; null: no rate, or none that may be given. */
export function bpsOf(percent: string, least = 1): number | null {
  const typed = percent.trim().replace(',', '.')
  if (!/^\d{1,2}(\.\d{0,2})?$/.test(typed)) return null
  const bps = Math.round(Number(typed) * 100)
  return bps >= least && bps <= affiliateRateBpsMax ? bps : null
}

/** For the server; null while something must be put right. */
export function termsOf({ entry, percent, products }: TermsDraft): NewTerms | null {
  const rateBps = bpsOf(percent)
  const rates = products.map((product) => ({
    productId: product.productId,
    rateBps: bpsOf(product.percent, 0),
  }))
  if (rateBps === null || rates.some((one) => one.rateBps === null)) return null
  return { entry, rateBps, products: rates as NewTerms['products'] }
}
