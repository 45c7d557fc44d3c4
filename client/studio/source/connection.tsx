import type { LayerHealth } from '../../media/send-health.ts'
import { locale } from '../../ui/money.ts'
import type { Air } from '../air/air.ts'
import { t } from '../words.ts'
import { ArrivalTable } from './arrival.tsx'

const rate = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const lossOf = new Intl.NumberFormat(locale, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
})
const graph = { width: 300, height: 40 }

/** Words first, then the graph and the layers: a host looks here for two seconds at most. */
export function Connection({ air }: { air: Air }) {
  const health = air.health.value
  const verdict = air.verdict.value
  const { at } = air.state.value
  const off = (at === 'off' || at === 'over') && !air.elsewhere.value
  const arrival = air.elsewhere.value ? air.arrival.value : null
  const bits = health?.bitrate ?? arrival?.bitrate
  const why = off ? 'away' : (verdict?.why ?? 'starting')
  return (
    <>
      <header class="pane-head">
        <h2>{t('connection')}</h2>
        {bits !== undefined && <span class="quiet push num">{mbps(bits)}</span>}
      </header>
      <div class="health">
        <p class="quiet" role="status">
          {t(`why.${why}`)}
        </p>
        {air.trail.value.length > 1 && <Spark trail={air.trail.value} />}
        {health === null && arrival !== null && <ArrivalTable arrival={arrival} />}
        {health !== null && (
          <table>
            <tbody>
              {health.layers.map((layer, i) => (
                <LayerRow key={layer.rid} layer={layer} i={i} />
              ))}
              {health.roundTripMs !== null && (
                <tr>
                  <th scope="row">{t('round.trip')}</th>
                  <td />
                  <td />
                  <td class="num">{t('ms', { n: health.roundTripMs })}</td>
                </tr>
              )}
            </tbody>
          </table>
        )}
      </div>
    </>
  )
}

function LayerRow({ layer, i }: { layer: LayerHealth; i: number }) {
  const name = i === 0 ? t('layer.0') : i === 1 ? t('layer.1') : t('layer.2')
  const size = layer.width > 0 ? `, ${layer.width} × ${layer.height}` : ''
  return (
    <tr>
      <th scope="row">
        {name}
        <span class="num">{size}</span>
      </th>
      <td class="num">{mbps(layer.bitrate)}</td>
      <td class="num">{t('fps', { n: layer.fps })}</td>
      <td class="num">
        {layer.lossShare === null ? '–' : t('loss', { n: lossOf.format(layer.lossShare * 100) })}
      </td>
    </tr>
  )
}

function mbps(bits: number): string {
  return t('mbps', { n: rate.format(bits / 1e6) })
}

/** What was sent, two minutes back. */
function Spark({ trail }: { trail: number[] }) {
  const most = Math.max(...trail, 1)
  const step = graph.width / (trail.length - 1)
  const points = trail.map((bits, i) => {
    const y = graph.height - (bits / most) * (graph.height - 6)
    return `${(i * step).toFixed(1)} ${y.toFixed(1)}`
  })
  const path = `M${points.join('L')}`
  const label = t('sent.label', {
    least: rate.format(Math.min(...trail) / 1e6),
    most: rate.format(most / 1e6),
  })
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${graph.width} ${graph.height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path
        fill="var(--lacquer-soft)"
        d={`${path}L${graph.width} ${graph.height}L0 ${graph.height}Z`}
      />
      <path
        fill="none"
        stroke="var(--lacquer-text)"
        stroke-width="1.5"
        vector-effect="non-scaling-stroke"
        d={path}
      />
    </svg>
  )
}
