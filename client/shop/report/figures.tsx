import type { ComponentChildren } from 'preact'
import { metrics } from '../../../shared/domain/metrics.ts'
import { count, locale, type Money, money } from '../../ui/money.ts'
import { span } from '../../ui/time.ts'
import type { Report } from './report.tsx'
import { r } from './words-report.ts'

type Numbers = Report['figures']

const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
const rounded = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })

const sums = (all: Money[]) => all.map(money).join(' + ')
const known = (value: number | null, say: (value: number) => string) =>
  value === null ? r('unknown') : say(value)

const salesOf = ({ money: all }: Numbers) =>
  all.length === 0 ? r('unknown') : sums(all.map(({ sales }) => sales))

/** Five figures, each beside what it was the show before. */
export function Figures({ report: { figures, before } }: { report: Report }) {
  const was = before?.figures
  const { viewers, watchMs, units, buyers } = figures
  const each = watchMs === null || !viewers ? null : watchMs / viewers
  const back = figures.money.filter(({ refunded }) => refunded.amount > 0)
  const figure = (
    name: string,
    title: string,
    say: (of: Numbers) => string,
    children: ComponentChildren,
  ) => (
    <div class="figure" title={title}>
      <dt>{name}</dt>
      <dd class="num">{say(figures)}</dd>
      <dd>{children}</dd>
      {was !== undefined && <dd class="was num">{r('before', { value: say(was) })}</dd>}
    </div>
  )
  return (
    <section aria-label={r('figures')}>
      <dl class="figures panes">
        {figure(
          r('viewers'),
          metrics.viewers,
          (of) => known(of.viewers, count),
          viewers === null
            ? r('viewers.unknown')
            : viewers > 0 && r('viewers.peak', { n: figures.peak }),
        )}
        {figure(
          r('average'),
          metrics.average,
          (of) => known(of.average, (n) => rounded.format(n)),
          each !== null && each > 0 && r('average.each', { span: span(each) }),
        )}
        {figure(
          r('orders'),
          metrics.orders,
          (of) => count(of.orders),
          units > 0 && r('orders.units', { n: units }),
        )}
        {figure(
          r('sales'),
          metrics.sales,
          salesOf,
          back.length > 0 && r('sales.back', { sum: sums(back.map(({ refunded }) => refunded)) }),
        )}
        {figure(
          r('conversion'),
          metrics.conversion,
          (of) => known(of.conversion, (n) => share.format(n)),
          viewers !== null && viewers > 0 && r('conversion.of', { n: buyers, of: viewers }),
        )}
      </dl>
    </section>
  )
}
