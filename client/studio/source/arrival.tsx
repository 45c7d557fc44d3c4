import { locale } from '../../ui/money.ts'
import { t } from '../words.ts'
import type { Arrival, ArrivalLayer } from './verdict.ts'

const rate = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const tenths = new Intl.NumberFormat(locale, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
})

/** How what an encoder sends arrives: layer by layer, as a browser's own table says it. */
export function ArrivalTable({ arrival }: { arrival: Arrival }) {
  const pictures = arrival.layers.filter(({ kind }) => kind === 'video')
  const keyFrames = pictures.flatMap(({ keyFrameMs }) => keyFrameMs ?? [])
  const codecs = [...new Set(arrival.layers.map(({ codec }) => codec.replace(/^\w+\//, '')))]
  return (
    <table>
      <tbody>
        {arrival.layers.map((layer, i) => (
          <Row key={`${layer.kind}${layer.rid}`} layer={layer} name={nameOf(layer, i, pictures)} />
        ))}
        {keyFrames.length > 0 && (
          <Fact
            name={t('enc.keys')}
            value={t('enc.seconds', { n: tenths.format(Math.max(...keyFrames) / 1_000) })}
          />
        )}
        {codecs.length > 0 && <Fact name={t('enc.codec')} value={codecs.join(', ')} />}
        {arrival.roundTripMs !== null && (
          <Fact name={t('round.trip')} value={t('ms', { n: arrival.roundTripMs })} />
        )}
      </tbody>
    </table>
  )
}

function nameOf({ kind }: ArrivalLayer, i: number, pictures: ArrivalLayer[]): string {
  if (kind === 'audio') return t('enc.sound')
  if (pictures.length === 1) return t('picture')
  return t(i === 0 ? 'layer.0' : i === 1 ? 'layer.1' : 'layer.2')
}

function Row({ layer, name }: { layer: ArrivalLayer; name: string }) {
  const { bitrate, fps, lossShare } = layer
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="num">{t('mbps', { n: rate.format(bitrate / 1e6) })}</td>
      <td class="num">{fps === null ? '' : t('fps', { n: fps })}</td>
      <td class="num">{t('loss', { n: tenths.format(lossShare * 100) })}</td>
    </tr>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td />
      <td />
      <td class="num">{value}</td>
    </tr>
  )
}
