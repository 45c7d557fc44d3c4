import type { Return } from '../../../shared/wire/returns.ts'
import { call } from '../../api/http.ts'
import { r } from '../../returns/words.ts'
import { LinkButton } from '../../ui/button.tsx'
import { money } from '../../ui/money.ts'
import { atSecond, onDay } from '../../ui/time.ts'
import { useAsked } from '../../ui/use.ts'

type Fact = { at: string; says: string; more?: string | null }

/** What the rows know of it: held, paid, sent; and the show as its buyer saw it. */
export function Evidence({ it }: { it: Return }) {
  const { value: order } = useAsked(
    () => call('GET', '/merchant/orders/:id', { params: { id: it.orderId } }),
    [it.orderId],
  )
  const facts: Fact[] = it.items.map(({ heldAt, title, price }) => ({
    at: heldAt,
    says: r('evidence.held', { title, price: money(price) }),
  }))
  if (order !== undefined) {
    const { paidAt, shippedAt, arrivedAt, total } = order
    const carrier = order.carrier ?? ''
    if (paidAt !== null) facts.push({ at: paidAt, says: r('evidence.paid', { sum: money(total) }) })
    if (shippedAt !== null) {
      facts.push({
        at: shippedAt,
        says: r('evidence.sent', { carrier }),
        more: order.trackingNumber,
      })
    }
    if (arrivedAt !== null) facts.push({ at: arrivedAt, says: r('evidence.arrived') })
  }
  const then = new URLSearchParams({ time: it.orderedAt, person: it.buyer.id })
  return (
    <details class="evidence">
      <summary>{r('evidence')}</summary>
      <ol class="steps return-steps">
        {facts.map((fact) => (
          <li key={`${fact.at} ${fact.says}`}>
            <span>
              {fact.says}
              {fact.more && <bdi class="step-more num">{fact.more}</bdi>}
            </span>
            <time dateTime={fact.at}>
              {onDay(fact.at)}, {atSecond(fact.at)}
            </time>
          </li>
        ))}
      </ol>
      <LinkButton
        kind="quiet-btn"
        size="desk"
        icon="eye"
        href={`/moderate/${it.showId}/at?${then}`}
      >
        {r('evidence.saw')}
      </LinkButton>
    </details>
  )
}
