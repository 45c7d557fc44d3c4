import { count } from '../../ui/money.ts'
import { at as clock } from '../../ui/time.ts'
import { happenedAt } from './moment.tsx'
import type { Report } from './report.tsx'
import { r } from './words-report.ts'

/** The chart in rows, for whoever does not see it. */
export function MinutesTable({ report }: { report: Report }) {
  return (
    <details class="minutes">
      <summary>{r('chart.table')}</summary>
      <div class="list" role="region" aria-label={r('chart')} tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{r('col.time')}</th>
              <th scope="col" class="r">
                {r('watching')}
              </th>
              <th scope="col" class="r">
                {r('col.came')}
              </th>
              <th scope="col" class="r">
                {r('orders')}
              </th>
              <th scope="col" class="r">
                {r('col.units')}
              </th>
              <th scope="col">{r('col.happened')}</th>
            </tr>
          </thead>
          <tbody>
            {report.points.map(({ at, viewers, came, orders, units }) => (
              <tr key={at}>
                <th scope="row" class="num">
                  {clock(at)}
                </th>
                <td class="r num">{viewers === null ? r('unknown') : count(viewers)}</td>
                <td class="r num">{viewers === null ? r('unknown') : count(came)}</td>
                <td class="r num">{count(orders)}</td>
                <td class="r num">{count(units)}</td>
                <td>{happenedAt(report, at).join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
