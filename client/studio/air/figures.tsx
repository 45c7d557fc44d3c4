import type { ComponentChildren } from 'preact'
import { serverNow } from '../../api/clock.ts'
import type { Room } from '../../api/room.ts'
import { brief, count, locale, type Money, money } from '../../ui/money.ts'
import type { Desk } from '../desk.ts'
import { t } from '../words.ts'
import { buyersOf, paidOf, takenOf } from './takings.ts'

type Props = { desk: Desk; room: Room }
type FiguresProps = Props & { over?: boolean }

const latelyMs = 5 * 60_000
const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
/** Until the server has answered: a dash keeps the room, and is not a nought. */
const unknown = '–'

/** Six figures; each is what the ledger or the log says, never a guess. `over`: nothing is now any more. */
export function Figures({ desk, room, over = false }: FiguresProps) {
  const { items: orders } = desk.takings
  const known = orders.value !== null
  const paid = paidOf(orders.value)
  const peak = Math.max(desk.counts.peak.value, room.viewers)
  const buyers = buyersOf(paid)
  const of = Math.max(peak, buyers)
  const since = serverNow() - latelyMs
  const lately = paid.filter((order) => Date.parse(order.paidAt ?? '') >= since).length
  const bags = desk.stock.bags.value
  const hearts = room.reactions['heart'] ?? 0
  return (
    <section aria-label={t('figures')}>
      <dl class="figures panes">
        {over ? (
          <Figure name={t('f.watched')} value={count(peak)}>
            {t('f.at.peak')}
          </Figure>
        ) : (
          <Figure name={t('f.watching')} value={count(room.viewers)}>
            {t('f.peak', { n: peak })}
          </Figure>
        )}
        <Figure name={t('f.orders')} value={known ? count(paid.length) : unknown}>
          {lately > 0 && !over && t('f.orders.lately', { n: lately })}
        </Figure>
        <Figure name={t('f.taken')} value={known ? takings(takenOf(paid)) : unknown}>
          {t('f.paid')}
        </Figure>
        <Figure name={t('f.bags')} value={bags === null ? unknown : count(bags.units)}>
          {bags !== null && bags.units > 0
            ? t('f.bags.units', { sum: bags.worth.map(money).join(' + ') })
            : t('f.bags.none')}
        </Figure>
        <Figure
          name={t('f.bought')}
          value={known ? share.format(of === 0 ? 0 : buyers / of) : unknown}
        >
          {t('f.bought.of', { n: buyers, of })}
        </Figure>
        <Figure name={t('f.hearts')} value={brief(hearts)}>
          {!over && t('f.hearts.lately', { n: desk.counts.heartsAMinute.value })}
        </Figure>
      </dl>
    </section>
  )
}

function Figure(props: { name: string; value: string; children: ComponentChildren }) {
  return (
    <div class="figure">
      <dt>{props.name}</dt>
      <dd class="num">{props.value}</dd>
      <dd>{props.children}</dd>
    </div>
  )
}

function takings(sums: Money[]): string {
  return sums.length === 0 ? unknown : sums.map(money).join(' + ')
}
