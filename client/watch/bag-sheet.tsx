import { useState } from 'preact/hooks'
import type { SavedAddress } from '../../shared/wire/accounts.ts'
import type { Quote } from '../../shared/wire/orders.ts'
import { serverNow } from '../api/clock.ts'
import { call } from '../api/http.ts'
import { findVariant, offerOf } from '../api/offers.ts'
import type { Room } from '../api/room.ts'
import { me } from '../api/session.ts'
import { addressLine } from '../pay/address.tsx'
import { lastFour, type Pay } from '../pay/pay.ts'
import { AddressStep, CardStep, EndedStep, PayStrip, Pick } from '../pay/steps.tsx'
import { go } from '../router.ts'
import { Button } from '../ui/button.tsx'
import { HoldClock } from '../ui/clocks.tsx'
import { Stepper } from '../ui/field.tsx'
import { type Money, money, plus, times } from '../ui/money.ts'
import { Pic } from '../ui/pic.tsx'
import { Price } from '../ui/price.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { Empty } from '../ui/states.tsx'
import { at } from '../ui/time.ts'
import { useAsked, useBusy } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { OrderSheet, PaidSheet } from './order-sheet.tsx'
import { type BagLine, countOf, earliestEnd, type Visit } from './visit.ts'

type Props = { visit: Visit; room: Room; pay: Pay }
type Page = 'bag' | 'address' | 'card'

/** Bag and checkout are one sheet: what is held, where it goes, what pays, one button. */
export function BagSheet({ visit, room, pay }: Props) {
  const [page, setPage] = useState<Page>('bag')
  const close = () => {
    visit.sheet.value = null
    const step = pay.step.value
    if (step === 'paid' || step === 'ended' || step === 'refunded') pay.reset()
  }
  const step = pay.step.value
  if (step === 'paid') return <PaidSheet room={room} pay={pay} close={close} />
  if (step === 'ended' || step === 'refunded') {
    return (
      <Sheet title={t('checkout')} onClose={close}>
        <EndedStep pay={pay} />
      </Sheet>
    )
  }
  if (pay.order.value !== null) return <OrderSheet pay={pay} close={close} />
  const lines = sameCurrency(visit.bag.value)
  if (lines.length === 0) return <EmptySheet visit={visit} close={close} />
  return (
    <Checkout
      visit={visit}
      room={room}
      pay={pay}
      lines={lines}
      page={page}
      setPage={setPage}
      close={close}
    />
  )
}

/** One currency goes into one order; the rest stays held for the next. */
function sameCurrency(lines: BagLine[]): BagLine[] {
  return lines.filter((line) => line.price.currency === lines[0]?.price.currency)
}

type CheckoutProps = Props & {
  lines: BagLine[]
  page: Page
  setPage: (page: Page) => void
  close: () => void
}

function Checkout(props: CheckoutProps) {
  const { pay, lines, page, setPage, close } = props
  const [chosen, choose] = useState<SavedAddress | undefined>(undefined)
  const address = chosen ?? me.value?.addresses[0]
  const holdIds = lines.flatMap((line) => line.holds.map((hold) => hold.holdId))
  const quote = useAsked(
    () => call('POST', '/orders/quote', { body: { holdIds } }),
    [holdIds.join()],
  ).value
  const until = earliestEnd(lines)
  const served = quote?.merchant.countries ?? []
  const back = () => setPage('bag')
  const buy = () => address && void pay.buy(holdIds, plainAddress(address))

  return (
    <Sheet
      title={t('checkout')}
      aside={until !== null && <HoldClock until={until} />}
      closeLabel={t('bag.keep')}
      onClose={close}
      strip={<PayStrip pay={pay} />}
      footer={
        page === 'bag' &&
        address !== undefined && (
          <PayFoot pay={pay} total={quote?.total ?? sumOf(lines)} until={until} buy={buy} />
        )
      }
    >
      {page === 'card' && <CardStep pay={pay} onDone={back} />}
      {page === 'address' && (
        <AddressStep
          chosen={address?.id}
          served={served}
          onChoose={(picked) => {
            choose(picked)
            back()
          }}
          onBack={back}
        />
      )}
      {page === 'bag' && (
        <BagPage {...props} address={address} choose={choose} served={served} quote={quote} />
      )}
    </Sheet>
  )
}

function PayFoot(props: { pay: Pay; total: Money; until: string | null; buy: () => void }) {
  const { pay, total, until, buy } = props
  return (
    <>
      <Button
        size="tall"
        wide
        icon="lock"
        busy={pay.step.value === 'ordering' && t('paying')}
        onClick={buy}
      >
        <span>
          {t('pay')} <span class="num">{money(total)}</span>
        </span>
      </Button>
      {until !== null && <p class="under">{t('prices.until', { time: at(until) })}</p>}
    </>
  )
}

type BagPageProps = CheckoutProps & {
  address: SavedAddress | undefined
  choose: (address: SavedAddress) => void
  served: readonly string[]
  quote: Quote | undefined
}

/** Items, where it goes, what pays, the sums. Without an address its form stands in the middle. */
function BagPage({ visit, room, pay, lines, setPage, ...rest }: BagPageProps) {
  const { address, choose, served, quote } = rest
  return (
    <>
      <section class="items">
        {lines.map((line) => (
          <Item key={line.key} visit={visit} room={room} line={line} />
        ))}
      </section>
      {address === undefined ? (
        <AddressStep chosen={undefined} served={served} onChoose={choose} />
      ) : (
        <section class="lines">
          <Pick
            icon="home"
            title={address.name}
            help={addressLine(address)}
            act={t('change')}
            onClick={() => setPage('address')}
          />
          <Pick
            icon="card"
            title={t('card.test', { last: lastFour(pay.card.value) })}
            help={t('card.test.help')}
            act={t('change')}
            onClick={() => setPage('card')}
          />
        </section>
      )}
      <Sums lines={lines} quote={quote} />
    </>
  )
}

/** The address as the order wants it: without the book's own id. */
function plainAddress({ id: _id, ...address }: SavedAddress) {
  return address
}

function sumOf(lines: BagLine[]) {
  return lines.map((line) => times(line.price, line.quantity)).reduce(plus)
}

function Sums({ lines, quote }: { lines: BagLine[]; quote: Quote | undefined }) {
  const { merchant } = quote ?? {}
  return (
    <section>
      <dl class="sum">
        <dt>{t('items', { n: countOf(lines) })}</dt>
        <dd class="num">{money(sumOf(lines))}</dd>
        <dt>{t('delivery')}</dt>
        <dd class="num">{quote === undefined ? t('delivery.later') : delivery(quote)}</dd>
        {quote !== undefined && quote.discount.amount > 0 && (
          <>
            <dt>{t('discount')}</dt>
            <dd class="num">
              <bdi dir="ltr">−{money(quote.discount)}</bdi>
            </dd>
          </>
        )}
        <dt class="total">{t('total')}</dt>
        <dd class="total num">{money(quote?.total ?? sumOf(lines))}</dd>
      </dl>
      {merchant !== undefined &&
        (merchant.taxNote || merchant.terms || merchant.returns) !== '' && (
          <details class="terms">
            <summary>
              {merchant.taxNote === '' ? t('terms') : `${merchant.taxNote} · ${t('terms')}`}
            </summary>
            {[merchant.terms, merchant.returns, merchant.name, merchant.address].map(
              (text) => text !== '' && <p key={text}>{text}</p>,
            )}
          </details>
        )}
    </section>
  )
}

function delivery({ shipping }: Quote): string {
  return shipping.amount === 0 ? t('delivery.free') : money(shipping)
}

function Item({ visit, room, line }: { visit: Visit; room: Room; line: BagLine }) {
  const [busy, run] = useBusy()
  const found = findVariant(room, line.variantId)
  if (found === null) return null
  const { product, variant, no } = found
  const offer = offerOf(room, product, variant, serverNow())
  const samePrice = offer.price.amount === line.price.amount
  const was = !samePrice && offer.price.amount > line.price.amount ? offer.price : offer.was
  const facts = [
    product.variants.length > 1 ? variant.title : '',
    samePrice ? '' : t('price.kept'),
  ].filter(Boolean)
  return (
    <div class="item">
      <Pic src={product.images[0]} no={no} />
      <div class="what">
        <b class="one-line">{product.title}</b>
        <small class="quiet">{facts.join(' · ')}</small>
      </div>
      <Stepper
        label={`${t('quantity')}, ${product.title}`}
        value={line.quantity}
        min={0}
        max={samePrice ? line.quantity + Math.max(0, offer.left) : line.quantity}
        less={line.quantity === 1 ? t('remove') : t('one.less')}
        more={t('one.more')}
        busy={busy}
        onChange={(wanted) => run(() => changeQuantity(visit, line, wanted, samePrice))}
      />
      <Price
        now={times(line.price, line.quantity)}
        was={was && times(was, line.quantity)}
        size="sm"
      />
    </div>
  )
}

/** One more is one more hold. One less gives a single hold back, or splits a larger one. */
async function changeQuantity(
  visit: Visit,
  line: BagLine,
  wanted: number,
  samePrice: boolean,
): Promise<void> {
  if (wanted > line.quantity) return await visit.hold(line.variantId, 1, 'bag')
  const single = line.holds.find((hold) => hold.quantity === 1)
  const given = single ?? line.holds[0]
  if (given === undefined) return
  await visit.release(given)
  // Its price is gone when the sale is: then the whole hold goes back, not a part of it.
  if (given.quantity > 1 && samePrice) await visit.hold(line.variantId, given.quantity - 1, 'bag')
}

function EmptySheet({ visit, close }: { visit: Visit; close: () => void }) {
  return (
    <Sheet title={t('bag')} onClose={close}>
      <Empty icon="bag" title={t('bag.empty')} help={t('bag.empty.help')}>
        <Button size="desk" onClick={() => (visit.sheet.value = { name: 'list' })}>
          {t('bag.look')}
        </Button>
        <Button kind="quiet-btn" size="desk" onClick={() => go('/orders')}>
          {t('orders.mine')}
        </Button>
      </Empty>
    </Sheet>
  )
}
