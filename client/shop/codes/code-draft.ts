import { codePerBuyerMax, codeQuotaMax } from '../../../shared/limits.ts'
import type { NewCode } from '../../../shared/wire/promotions.ts'
import { parseMoney } from '../../ui/money.ts'

/** A code as it is typed. */
export type CodeDraft = {
  code: string
  kind: 'percent' | 'amount'
  percent: string
  amount: string
  currency: string
  minimum: string
  which: 'all' | 'some'
  productIds: string[]
  showId: string
  starts: string
  ends: string
  quota: string
  perBuyer: string
}

export type Fault =
  | 'code'
  | 'percent'
  | 'amount'
  | 'minimum'
  | 'some'
  | 'ends'
  | 'quota'
  | 'perBuyer'

export const blankCode = (currency: string): CodeDraft => ({
  code: '',
  kind: 'percent',
  percent: '10',
  amount: '',
  currency,
  minimum: '',
  which: 'all',
  productIds: [],
  showId: '',
  starts: '',
  ends: '',
  quota: '',
  perBuyer: '1',
})

/** What must be put right before it can be made. */
export function faultsOf(draft: CodeDraft, now: number): Set<Fault> {
  const { kind, percent, amount, currency, minimum, which, productIds, starts, ends } = draft
  const isMoney = (text: string) => (parseMoney(text, currency)?.amount ?? 0) > 0
  const isOver = ends !== '' && Date.parse(ends) <= Math.max(now, Date.parse(starts || '0') || 0)
  const checks: [Fault, boolean][] = [
    ['code', !/^[A-Za-z0-9_-]{3,32}$/.test(draft.code.trim())],
    ['percent', kind === 'percent' && !isCount(percent, 100)],
    ['amount', kind === 'amount' && !isMoney(amount)],
    ['minimum', minimum.trim() !== '' && !isMoney(minimum)],
    ['some', which === 'some' && productIds.length === 0],
    ['ends', isOver],
    ['quota', draft.quota.trim() !== '' && !isCount(draft.quota, codeQuotaMax)],
    ['perBuyer', !isCount(draft.perBuyer, codePerBuyerMax)],
  ]
  return new Set(checks.flatMap(([fault, is]) => (is ? [fault] : [])))
}

function isCount(text: string, max: number): boolean {
  return /^\d{1,7}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= max
}

/** The same for the server; only of a draft without faults. */
export function codeOf(draft: CodeDraft): NewCode {
  const { currency, productIds, showId, starts, ends } = draft
  const sum = (text: string) => ({ amount: parseMoney(text, currency)?.amount ?? 0, currency })
  return {
    code: draft.code.trim().toUpperCase(),
    off:
      draft.kind === 'percent' ? { percent: Number(draft.percent) } : { amount: sum(draft.amount) },
    ...(draft.minimum.trim() !== '' && { minimum: sum(draft.minimum) }),
    ...(draft.which === 'some' && { productIds }),
    ...(showId !== '' && { showId }),
    ...(starts !== '' && { startsAt: new Date(starts).toISOString() }),
    ...(ends !== '' && { endsAt: new Date(ends).toISOString() }),
    ...(draft.quota.trim() !== '' && { quota: Number(draft.quota) }),
    perBuyer: Number(draft.perBuyer),
  }
}
