import { type Act, lastAct } from '../../moderate/acts.ts'
import { t } from '../words.ts'

/** Who pulled it and why, as the audit has it. */
export function pulledBy(acts: readonly Act[] | null, productId: string): string {
  const about = { name: 'productId', value: productId }
  const found = lastAct(acts, ['product.pulled'], about)
  if (found === undefined || found.by === null) return t('pulled.plain')
  return t('pulled.by', { name: found.by.displayName, reason: found.reason ?? '' })
}
