import { asRefused, type Refused } from '../api/refused.ts'
import { sentence } from '../ui/refusal.ts'
import { toast } from '../ui/toast.tsx'
import { t, type WordKey } from './words.ts'

const own: Partial<Record<Refused['code'], WordKey>> = {
  UNAUTHENTICATED: 'no.signed.out',
  FORBIDDEN: 'no.forbidden',
  NOT_FOUND: 'no.gone',
  GONE: 'no.gone',
  OFFLINE: 'no.offline',
}

/** Where the server knows the figures, its own sentence says more than ours could. */
const servers = new Set<Refused['code']>([
  'CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'PAYMENT_FAILED',
])

/** What a refusal means to a merchant. */
export function said(refused: Refused): string {
  const { code, errors, message } = refused
  const word = own[code]
  if (word !== undefined) return t(word)
  if (code === 'VALIDATION') return errors[0]?.detail ?? message
  return servers.has(code) ? message : sentence(refused)
}

/** Says it in a toast. */
export function tell(thrown: unknown): void {
  const refused = asRefused(thrown)
  const icon = refused.code === 'OFFLINE' ? 'offline' : 'alert'
  toast({ text: said(refused), tone: 'no', icon })
}

/** The detail for one field or anything inside it: `variants/0/price` hears `…/price/amount`. */
export function fieldRefused(refused: Refused | null, name: string): string | undefined {
  return refused?.errors.find(({ pointer }) => {
    const at = pointer.replace(/^#?\/(body\/)?/, '')
    return at === name || at.startsWith(`${name}/`)
  })?.detail
}
