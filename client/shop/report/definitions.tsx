import { type Metric, metrics } from '../../../shared/domain/metrics.ts'
import { r } from './words-report.ts'

/** The sentence behind each figure, the same as in the API's description. */
export function Definitions() {
  return (
    <details class="definitions">
      <summary>{r('definitions')}</summary>
      <dl>
        {(Object.keys(metrics) as Metric[]).map((metric) => (
          <div key={metric}>
            <dt>{r(`d.${metric}`)}</dt>
            <dd>{metrics[metric]}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
