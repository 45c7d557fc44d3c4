import { asRefused, type Refused } from '../api/refused.ts'
import { toast } from './toast.tsx'
import { t, type WordKey } from './words.ts'

const known = new Set([
  'SOLD_OUT',
  'SALE_NOT_OPEN',
  'SHOW_NOT_LIVE',
  'HOLD_ENDED',
  'MUTED',
  'BANNED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'IDEMPOTENCY_MISMATCH',
  'PAYMENT_FAILED',
  'UNAVAILABLE',
  'OFFLINE',
  'INTERNAL',
  'VALIDATION',
])

/** The sentence for a refusal when the page has no better one of its own. */
export function sentence(refused: Refused): string {
  if (refused.code === 'RATE_LIMITED') {
    // Without a wait it is a bound that was reached, not a speed: waiting would not help.
    if (refused.retryAfterMs === undefined) return t('no.RATE_LIMITED.full')
    const seconds = Math.ceil(refused.retryAfterMs / 1000)
    return seconds > 0 ? t('no.RATE_LIMITED.again', { n: seconds }) : t('no.RATE_LIMITED')
  }
  if (refused.code === 'LIMIT_PER_BUYER') return t('no.LIMIT_PER_BUYER.plain')
  if (refused.code === 'GONE') return t('no.CONFLICT')
  return t(known.has(refused.code) ? (`no.${refused.code}` as WordKey) : 'no.other')
}

/** Says it in a toast. */
export function tellRefused(thrown: unknown): void {
  const refused = asRefused(thrown)
  toast({
    text: sentence(refused),
    tone: 'no',
    icon: refused.code === 'OFFLINE' ? 'offline' : 'alert',
  })
}
