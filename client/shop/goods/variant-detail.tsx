import { serverNow } from '../../api/clock.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Pic } from '../../ui/pic.tsx'
import { rich } from '../../ui/rich.tsx'
import { Empty, Loading } from '../../ui/states.tsx'
import { StockBar } from '../../ui/tabs.tsx'
import { at, dayName, onDay } from '../../ui/time.ts'
import { useBusy } from '../../ui/use.ts'
import { t as ui } from '../../ui/words.ts'
import { Pane } from '../pane.tsx'
import { NotHere } from '../shell.tsx'
import { tell } from '../tell.ts'
import { t, type WordKey } from '../words.ts'
import { Correction } from './correction.tsx'
import { type Good, unitsOf } from './goods-list.ts'
import { type Ledger, useLedger } from './ledger.ts'
import { effectOf, type Line } from './recount.ts'
import { goodName } from './stock-rows.tsx'

/** Where a variant's units are, a correction, and everything that ever happened to them. */
export function VariantDetail(props: { good: Good; onChange: () => void; onClose: () => void }) {
  const { good, onChange, onClose } = props
  const { product, variant } = good
  const units = unitsOf(variant)
  const ledger = useLedger(variant.id, `${units.onHand} ${units.held} ${units.sold}`)
  return (
    <Pane
      label={goodName(good)}
      onClose={onClose}
      head={
        <>
          <Pic src={product.images[0]} />
          <span class="names">
            <h2>{product.title}</h2>
            <small class="quiet">
              {variant.title} · <bdi>{variant.sku}</bdi>
            </small>
          </span>
        </>
      }
    >
      <div class="block tight">
        <p class="num equation">{rich(t('sum.line', { ...units }))}</p>
        <StockBar {...units} />
      </div>
      <Correction good={good} onDone={onChange} />
      <div class="block">
        <h3>{t('ledger.title')}</h3>
        <Lines ledger={ledger} />
      </div>
      <LinkButton kind="quiet-btn" size="desk" icon="edit" href={`/shop/products/${product.id}`}>
        {t('edit.product')}
      </LinkButton>
    </Pane>
  )
}

export function VariantMissing({ onClose }: { onClose: () => void }) {
  return (
    <Pane label={t('stock')} head={null} onClose={onClose}>
      <Empty icon="search" title={t('variant.none')} />
    </Pane>
  )
}

function Lines({ ledger }: { ledger: Ledger }) {
  const [busy, run] = useBusy(tell)
  const { lines, refused, next } = ledger
  if (refused !== undefined) {
    return <NotHere refused={refused} title={t('ledger.failed')} again={ledger.again} />
  }
  if (lines === undefined) return <Loading rows={4} />
  if (lines.length === 0) return <p class="quiet small">{t('ledger.none')}</p>
  return (
    <>
      <ol class="log">
        {lines.map((line) => (
          <LedgerRow key={line.n} line={line} />
        ))}
      </ol>
      {next !== null && (
        <Button
          kind="quiet-btn"
          size="desk"
          busy={busy && ui('loading')}
          onClick={() => run(ledger.showMore)}
        >
          {t('older')}
        </Button>
      )}
    </>
  )
}

function LedgerRow({ line }: { line: Line }) {
  const now = serverNow()
  const today = new Date(now).toDateString() === new Date(line.at).toDateString()
  return (
    <li>
      <time class="num" dateTime={line.at} title={`${onDay(line.at)}, ${at(line.at)}`}>
        {today ? at(line.at) : dayName(line.at, now)}
      </time>
      <span>{saidOf(line)}</span>
      <bdi dir="ltr" class="num quiet">
        {changeOf(line)}
      </bdi>
    </li>
  )
}

const kinds: Record<string, WordKey> = {
  receive: 'ledger.receive',
  hold: 'ledger.hold',
  release: 'ledger.release',
  expire: 'ledger.expire',
  pull: 'ledger.pull',
  confirm: 'ledger.confirm',
  take: 'ledger.take',
  return: 'ledger.return',
  ship: 'ledger.ship',
}

function saidOf({ kind, quantity, reason }: Line): string {
  if (kind === 'correct') return reason ?? t('ledger.correct')
  const word = kinds[kind]
  const what = word === undefined ? kind : t(word, { n: quantity })
  const number = /^order (\d+)$/.exec(reason ?? '')?.[1]
  return number === undefined ? what : t('ledger.of', { what, number })
}

/** `held −1, sold +1` */
function changeOf(line: Line): string {
  const { onHand, held, sold } = effectOf(line)
  const parts: [string, number][] = [
    [t('on.hand'), onHand],
    [t('held'), held],
    [t('sold'), sold],
  ]
  const signed = (n: number) => (n < 0 ? `−${-n}` : `+${n}`)
  return parts
    .filter(([, n]) => n !== 0)
    .map(([word, n]) => `${word} ${signed(n)}`)
    .join(', ')
}
