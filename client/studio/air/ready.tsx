import type { ComponentChildren } from 'preact'
import type { Room } from '../../api/room.ts'
import { line } from '../../api/socket.ts'
import { Icon } from '../../ui/icon.tsx'
import type { Desk } from '../desk.ts'
import { unitsOf } from '../lineup/stock.ts'
import { listOf } from '../source/names.ts'
import { t as s } from '../source/words-source.ts'
import { t } from '../words.ts'
import { RecordRow } from './recording.tsx'

type Props = { desk: Desk; room: Room }
type Check = { ok: boolean; say: string; remedy?: ComponentChildren }

/** Fewer than this is told: it may be gone in the first minute. */
const fewUnits = 3
/** More lines than this about stock would hide the rest of the list. */
const stockLines = 2

/** Ticks for what is ready; what is not is slate, with its remedy beside it. */
export function Ready(props: Props) {
  const own = props.desk.source.kind.value === 'encoder' ? [] : [sound(props)]
  const checks = [picture(props), ...own, theLine(), ...goods(props), moderators(props)]
  return (
    <div>
      <h2 class="ready-title">{t('ready.title')}</h2>
      <ul class="ticks">
        {checks.map(({ ok, say, remedy }) => (
          <li key={say}>
            <span class={ok ? 'ok' : 'hm'}>
              <Icon name={ok ? 'check' : 'info'} />
            </span>
            <span>{say}</span>
            {remedy}
          </li>
        ))}
      </ul>
      <RecordRow showId={props.desk.showId} />
    </div>
  )
}

function picture({ desk }: Props): Check {
  const { source } = desk
  if (source.kind.value === 'encoder') {
    const ok = desk.air.elsewhere.value
    return { ok, say: t(ok ? 'ready.encoder' : 'ready.encoder.no') }
  }
  const settings = source.stream.value?.getVideoTracks()[0]?.getSettings()
  if (source.trouble.value === 'unable') {
    const remedy = <Do label={t('source.encoder')} run={() => source.choose('encoder')} />
    return { ok: false, say: s('unable'), remedy }
  }
  if (settings === undefined) {
    const remedy = <Do label={t('use.test')} run={() => source.choose('test')} />
    return { ok: false, say: t('ready.picture.no'), remedy }
  }
  const size = `${settings.width ?? 0} × ${settings.height ?? 0}`
  const test = source.kind.value === 'test'
  return { ok: true, say: t(test ? 'ready.picture.test' : 'ready.picture', { size }) }
}

function sound({ desk }: Props): Check {
  const { source } = desk
  const has = (source.stream.value?.getAudioTracks().length ?? 0) > 0
  if (!has) return { ok: false, say: t('ready.sound.none') }
  if (!source.microphoneOn.value) {
    const remedy = <Do label={t('ready.sound.turn')} run={source.toggleMicrophone} />
    return { ok: false, say: t('ready.sound.off'), remedy }
  }
  return source.heard.value
    ? { ok: true, say: t('ready.sound') }
    : { ok: false, say: t('ready.sound.quiet') }
}

function theLine(): Check {
  const up = line.value === 'up'
  return { ok: up, say: t(up ? 'ready.line' : 'ready.line.no') }
}

function goods({ desk, room }: Props): Check[] {
  const add = <Do label={t('ready.add.goods')} run={() => (desk.sheet.value = 'add')} />
  if (room.products.length === 0) return [{ ok: false, say: t('ready.goods.none'), remedy: add }]
  const bare = room.products.filter(({ images }) => images.length === 0)
  const first = bare[0]
  const whole: Check =
    first === undefined
      ? { ok: true, say: t('ready.goods', { n: room.products.length }) }
      : {
          ok: false,
          say: t('ready.goods.plain', { n: bare.length, title: first.title }),
          remedy: <a href={`/shop/products/${first.id}`}>{t('ready.add.picture')}</a>,
        }
  const few = room.products
    .map((product) => ({ product, free: unitsOf(room, desk.stock, product).free }))
    .filter(({ free }) => free <= fewUnits)
    .slice(0, stockLines)
    .map(({ product, free }) => ({
      ok: false,
      say:
        free === 0
          ? t('ready.stock', { title: product.title })
          : t('ready.stock.few', { title: product.title, n: free }),
      remedy: <a href="/shop/stock">{t('ready.add.stock')}</a>,
    }))
  return [whole, ...few]
}

function moderators({ desk }: Props): Check {
  const names = (desk.staff.items.value ?? []).map(({ displayName }) => displayName)
  const open = () => (desk.sheet.value = 'moderators')
  if (names.length === 0) {
    return {
      ok: false,
      say: t('ready.staff.none'),
      remedy: <Do label={t('ready.add')} run={open} />,
    }
  }
  const remedy = <Do label={t('mods.change')} run={open} />
  return { ok: true, say: t('ready.staff', { names: listOf(names) }), remedy }
}

function Do({ label, run }: { label: string; run: () => void }) {
  return (
    <button type="button" class="do-link" onClick={run}>
      {label}
    </button>
  )
}
