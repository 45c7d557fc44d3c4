import { minorDigits } from '../../../../shared/domain/money.ts'
import { ProviderError } from '../provider.ts'

type Money = { amount: number; currency: string }

/**
 * How many minor digits Stripe's amounts have where ISO 4217 says otherwise: ariary are told whole; krónur and
 * Ugandan shillings with two digits that must be zero. https://docs.stripe.com/currencies#minor-units
 */
const digitsAtStripe: Record<string, number> = { MGA: 0, ISK: 2, UGX: 2 }

const step = (currency: string) =>
  10 ** ((digitsAtStripe[currency] ?? minorDigits(currency)) - minorDigits(currency))

/** An amount as Stripe counts it. Throws `refused` for what its currency cannot say, like half an ariary. */
export function toStripe({ amount, currency }: Money): { amount: number; currency: string } {
  const told = amount * step(currency)
  if (!Number.isSafeInteger(told)) {
    throw new ProviderError('refused', `Stripe cannot take ${amount} minor units of ${currency}`)
  }
  return { amount: told, currency: currency.toLowerCase() }
}

/** The same the other way round. */
export function fromStripe({ amount, currency }: Money): Money {
  const code = currency.toUpperCase()
  return { amount: Math.round(amount / step(code)), currency: code }
}
