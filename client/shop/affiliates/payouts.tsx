import type { Affiliate } from '../../../shared/wire/affiliates.ts'
import { call } from '../../api/http.ts'
import { money } from '../../ui/money.ts'
import { Failed, Loading } from '../../ui/states.tsx'
import { onDay } from '../../ui/time.ts'
import { useAsked } from '../../ui/use.ts'
import { MoreRows } from '../more-rows.tsx'
import { w } from './words-affiliates.ts'

/** What was written down as paid, payout by payout, newest first. */
export function Payouts({ partner: { id, displayName: name } }: { partner: Affiliate }) {
  const read = (cursor?: string) =>
    call('GET', '/merchant/affiliates/:id/payouts', {
      params: { id },
      query: cursor === undefined ? {} : { cursor },
    })
  const { value, refused, again, set } = useAsked(() => read(), [id])
  if (value === undefined) {
    if (refused === undefined) return <Loading rows={2} />
    return <Failed title={w('payouts.failed')} reference={refused.reference} retry={again} />
  }
  const { items, nextCursor } = value
  const showMore = async () => {
    const more = await read(nextCursor ?? undefined)
    set({ items: [...items, ...more.items], nextCursor: more.nextCursor })
  }
  return (
    <section class="affiliate-form" aria-label={w('payouts.label', { name })}>
      <ul class="affiliate-payouts">
        {items.map(({ id: payout, amount, paidOn, note }) => (
          <li key={payout}>
            <b class="num">{money(amount)}</b>
            <span>{onDay(`${paidOn}T12:00:00.000Z`)}</span>
            <bdi class="quiet">{note}</bdi>
          </li>
        ))}
      </ul>
      {nextCursor !== null && <MoreRows showMore={showMore} />}
    </section>
  )
}
