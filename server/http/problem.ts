import type { codes, Problem } from '../../shared/wire/base.ts'
import type { Logger } from '../base/log.ts'
import { Refusal, unavailable } from '../base/refusal.ts'
import { asRefusal } from '../store/postgres.ts'

const titles: Record<keyof typeof codes, string> = {
  VALIDATION: 'Not valid',
  UNAUTHENTICATED: 'Sign in first',
  PAYMENT_FAILED: 'The payment failed',
  FORBIDDEN: 'Not allowed',
  MUTED: 'Muted',
  BANNED: 'Removed from the show',
  NOT_FOUND: 'Not found',
  METHOD_NOT_ALLOWED: 'Method not allowed',
  CONFLICT: 'Changed meanwhile',
  SOLD_OUT: 'Sold out',
  LIMIT_PER_BUYER: 'Limit per buyer',
  SALE_NOT_OPEN: 'Sale not open',
  OUTBID: 'Outbid',
  AUCTION_OVER: 'The auction is over',
  SHOW_NOT_LIVE: 'Show not live',
  PRODUCT_PULLED: 'Taken off sale',
  GONE: 'Gone',
  HOLD_ENDED: 'The hold ended',
  PRECONDITION_FAILED: 'Changed meanwhile',
  PRECONDITION_REQUIRED: 'Condition missing',
  PAYLOAD_TOO_LARGE: 'Too large',
  UNSUPPORTED_MEDIA_TYPE: 'Unsupported media type',
  RANGE_NOT_SATISFIABLE: 'Not that much of it',
  IDEMPOTENCY_MISMATCH: 'Key used with other contents',
  RATE_LIMITED: 'Too many requests',
  INTERNAL: 'Our fault',
  UNAVAILABLE: 'Not available right now',
  FULL: 'Full',
}

/** RFC 9457, with WIRE's code and the request id as instance. */
export function problemOf(refusal: Refusal, requestId: string): Problem {
  return {
    type: `urn:vitrine:problem:${refusal.code.toLowerCase().replaceAll('_', '-')}`,
    title: titles[refusal.code],
    status: refusal.status,
    code: refusal.code,
    detail: refusal.message,
    instance: `urn:vitrine:request:${requestId}`,
    ...(refusal.errors && { errors: refusal.errors }),
    ...(refusal.retryAfterMs !== undefined && { retryAfterMs: refusal.retryAfterMs }),
  }
}

/**
 * Whatever was thrown as a refusal. Ours and Postgres' are told as they are, the framework's own
 * below 500 get a code of the wire; all else is our fault: logged once with its cause, told without.
 */
export function refusalOf(error: unknown, log: Logger, reqId?: string): Refusal {
  const known = asRefusal(error)
  if (known instanceof Refusal) {
    if (known.code === 'UNAVAILABLE' && known.cause)
      log.warn({ err: known.cause, reqId }, 'unavailable')
    return known
  }
  const framework = frameworkRefusal(error)
  if (framework) return framework
  log.error({ err: error, reqId }, 'unexpected')
  return new Refusal('INTERNAL', 'Something broke on our side. Nothing is lost; try again.')
}

function frameworkRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  const status = Number(error.statusCode)
  if (status === 413)
    return new Refusal('PAYLOAD_TOO_LARGE', 'That is larger than this door takes.')
  if (status === 415) {
    return new Refusal('UNSUPPORTED_MEDIA_TYPE', 'Send application/json, or what this route takes.')
  }
  if (status === 404) return new Refusal('NOT_FOUND', 'There is nothing here.')
  if (status === 429)
    return new Refusal('RATE_LIMITED', 'Too many requests.', { retryAfterMs: 1_000 })
  if (status === 503) return unavailable()
  if (status >= 400 && status < 500) {
    return new Refusal('VALIDATION', 'The request could not be read. Send well-formed JSON.')
  }
  return undefined
}
