import Stripe from 'stripe'
import { paced } from '../../../base/turnstile.ts'
import { ProviderError } from '../provider.ts'

/** What has not been answered by then is unknown. Placing an order waits for it once. */
const answerMs = 5_000
/**
 * Stripe takes 25 requests a second of each kind of an account, and 100 in all: one kind does not wait for another.
 * In the line are as many as the reconciler asks of in one go; who would be behind them is not asked now, and its row
 * asks again. https://docs.stripe.com/rate-limits
 */
const pace = { everyMs: 50, waitMs: 2_500 }
/** Refusals that speak of the moment and not of what was asked: too late, being done, too early, too many. */
const passing = new Set([408, 409, 425, 429])

/** Stripe's library and a way to ask by it: each call ends in time, as a value or a ProviderError. */
export function openApi(secretKey: string, url: string | undefined) {
  const stripe = new Stripe(secretKey, {
    ...(url && addressOf(url)),
    timeout: answerMs,
    // What was not answered is asked again by its row, after reading.
    maxNetworkRetries: 0,
    telemetry: false,
  })
  const lines = new Map<string, ReturnType<typeof paced>>()
  return {
    stripe,
    async ask<T>(what: string, act: () => Promise<T>): Promise<T> {
      const inTurn = lines.get(what) ?? paced(pace)
      lines.set(what, inTurn)
      try {
        return await inTurn(act)
      } catch (error) {
        throw asProviderError(what, error)
      }
    },
  }
}

/** Each is an outage of Stripe's that a call fell into; more would only make the next longer. */
const keysMax = 10

/**
 * Under one idempotency key a call is done once. Stripe keeps a failure of its own as well, and repeats it for a day
 * to whoever asks by that key: from such a repeat nothing comes any more, and the next key asks anew.
 * https://docs.stripe.com/api/idempotent_requests
 */
export async function once<T>(
  key: string,
  act: (options: { idempotencyKey: string }) => Promise<T>,
): Promise<T> {
  for (let n = 1; ; n += 1) {
    try {
      return await act({ idempotencyKey: n === 1 ? key : `${key}-${n}` })
    } catch (error) {
      if (n === keysMax || !isOldFailure(error)) throw error
    }
  }
}

function isOldFailure(error: unknown): boolean {
  if (!(error instanceof Stripe.errors.StripeError)) return false
  return (error.statusCode ?? 0) >= 500 && error.headers?.['idempotent-replayed'] === 'true'
}

function addressOf(url: string) {
  const { hostname: host, port, protocol } = new URL(url)
  return { host, port, protocol: protocol === 'http:' ? ('http' as const) : ('https' as const) }
}

/** What of Stripe's error may be logged: neither what was sent nor with which key. */
function asProviderError(what: string, error: unknown): ProviderError {
  if (!(error instanceof Stripe.errors.StripeError)) {
    return new ProviderError('unknown', `Stripe: ${what} did not come to an end`, error)
  }
  const { statusCode: status, type, code, requestId } = error
  const isUnknown = status === undefined || status >= 500 || passing.has(status)
  const said = isUnknown ? 'was not answered' : 'was refused'
  return new ProviderError(
    isUnknown ? 'unknown' : 'refused',
    `Stripe: ${what} ${said} (${[status, type, code].filter(Boolean).join(', ')})`,
    { status, type, code, requestId },
  )
}
