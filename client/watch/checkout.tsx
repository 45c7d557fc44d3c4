import { useEffect, useState } from 'preact/hooks'
import type { SavedAddress } from '../../shared/wire/accounts.ts'
import type { Quote } from '../../shared/wire/orders.ts'
import { serverNow } from '../api/clock.ts'
import { call } from '../api/http.ts'
import { findVariant, offerOf } from '../api/offers.ts'
import { asRefused, type Refused } from '../api/refused.ts'
import type { Room } from '../api/room.ts'
import { me } from '../api/session.ts'
import { viaOf } from '../api/via.ts'
import { addressLine } from '../pay/address.tsx'
import { CodeLine } from '../pay/code.tsx'
import { lastFour, type Pay, takesCards } from '../pay/pay.ts'
import { AddressStep, CardStep, PayStrip, Pick, ProviderLine } from '../pay/steps.tsx'
import { Button } from '../ui/button.tsx'
import { HoldClock } from '../ui/clocks.tsx'
import { Stepper } from '../ui/field.tsx'
import { type Money, money, times } from '../ui/money.ts'
import { Pic } from '../ui/pic.tsx'
import { Price } from '../ui/price.tsx'
import { sentence } from '../ui/refusal.ts'
import { rich } from '../ui/rich.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { Strip } from '../ui/states.tsx'
import { at } from '../ui/time.ts'
import { type Asked, useAsked, useBusy } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { w } from '../ui/words-giveaway.ts'
import { type BagLine, countOf, earliestEnd, sumOf, type Visit } from './visit.ts'

type Page = 'bag' | 'address' | 'card'

/** Keeps the place of a sum that is being asked for. */
const unknown = '…'

type CheckoutProps = {
  visit: Visit
  room: Room
  pay: Pay
  lines: BagLine[]
  close: () => void
}

/** What is held, where it goes, what pays, one button; an address or a card is chosen in its place. */
export function Checkout(props: CheckoutProps) {
  const { visit, room, pay, lines, close } = props
  const [page, setPage] = useState<Page>('bag')
  const address = pay.address.value ?? me.value?.addresses[0]
  const choose = (picked: SavedAddress) => (pay.address.value = picked)
  const holdIds = lines.flatMap((line) => line.holds.map((hold) => hold.holdId))
  const wanted = visit.code.value
  const asked = useQuote(holdIds, wanted)
  const quote = asked.value?.quote
  const isSure = asked.value?.of === bagOf(holdIds, wanted) && visit.holding.value.size === 0
  useRefusedCode(pay, asked.again)
  const until = earliestEnd(lines)
  const served = quote?.merchant.countries ?? []
  const back = () => setPage('bag')
  const buy = async () => {
    if (address === undefined) return
    const via = viaOf(room.show.host.id)
    await pay.buy(holdIds, plainAddress(address), { code: quote?.code ?? undefined, via })
    // It was used: the next bag begins without it.
    if (pay.order.peek() !== null) visit.code.value = null
  }

  return (
    <Sheet
      title={t('checkout')}
      aside={
        until !== null && (
          <HoldClock until={until} {...(sumOf(lines)?.amount === 0 && { label: w('giveaway') })} />
        )
      }
      closeLabel={t('bag.keep')}
      onClose={close}
      strip={asked.refused === undefined ? <PayStrip pay={pay} /> : <NoQuote {...asked} />}
      footer={
        page === 'bag' &&
        address !== undefined && (
          <PayFoot
            pay={pay}
            total={isSure ? quote?.total : undefined}
            until={until}
            buy={() => void buy()}
          />
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
        <BagPage
          {...props}
          {...{ setPage, address, choose, served, quote, isSure }}
          looking={!isSure && asked.refused === undefined}
          codeRefused={asked.value?.codeRefused}
        />
      )}
    </Sheet>
  )
}

/** What is asked about: these holds, with this code. */
const bagOf = (holdIds: string[], code: string | null) => JSON.stringify([holdIds, code])

/**
 * What the bag comes to with delivery. A quote of the bag before stands until there is one of this. A
 * code that is refused leaves the sums without it, and says why.
 */
function useQuote(holdIds: string[], code: string | null) {
  const of = bagOf(holdIds, code)
  const ask = (code?: string) =>
    call('POST', '/orders/quote', { body: { holdIds, ...(code === undefined ? {} : { code }) } })
  return useAsked(async (): Promise<Answered> => {
    if (code === null) return { of, quote: await ask() }
    try {
      return { of, quote: await ask(code) }
    } catch (thrown) {
      const codeRefused = asRefused(thrown)
      if (!isOfCode(codeRefused)) throw thrown
      return { of, quote: await ask(), codeRefused }
    }
  }, [of])
}

type Answered = { of: string; quote: Quote; codeRefused?: Refused }

/** Tries of codes are counted apart from other calls. */
const isOfCode = (refused: Refused) =>
  refused.field('code') !== undefined || refused.code === 'RATE_LIMITED'

/** The last use went while somebody pressed: the sums say so, and nothing was ordered. */
function useRefusedCode(pay: Pay, again: () => void): void {
  const refused = pay.refused.value
  useEffect(() => {
    if (refused?.field('code') === undefined) return
    pay.refused.value = null
    again()
  }, [refused])
}

function NoQuote({ refused, again }: Pick<Asked<unknown>, 'refused' | 'again'>) {
  return (
    <Strip tone="bad" icon="alert" alert>
      {refused && rich(sentence(refused))}{' '}
      <Button kind="quiet-btn" size="desk" onClick={again}>
        {t('try.again')}
      </Button>
    </Strip>
  )
}

type FootProps = { pay: Pay; total: Money | undefined; until: string | null; buy: () => void }

/** Nobody presses a button whose sum is not what they pay. */
function PayFoot({ pay, total, until, buy }: FootProps) {
  const isFree = total?.amount === 0
  return (
    <>
      <Button
        size="tall"
        wide
        {...(isFree ? {} : { icon: 'lock' as const })}
        disabled={total === undefined}
        busy={pay.step.value === 'ordering' && (isFree ? w('claiming') : t('paying'))}
        onClick={buy}
      >
        {isFree ? (
          w('claim.now')
        ) : (
          <span>
            {t('pay')} <span class="num">{total === undefined ? unknown : money(total)}</span>
          </span>
        )}
      </Button>
      {until !== null && !isFree && <p class="under">{t('prices.until', { time: at(until) })}</p>}
    </>
  )
}

type BagPageProps = CheckoutProps & {
  setPage: (page: Page) => void
  address: SavedAddress | undefined
  choose: (address: SavedAddress) => void
  served: readonly string[]
  codeRefused: Refused | undefined
  /** The quote is on its way. */
  looking: boolean
} & QuoteProps

/** `isSure`: it is of this very bag. */
type QuoteProps = { quote: Quote | undefined; isSure: boolean }

/** Items, where it goes, what pays, the sums. Without an address its form stands in the middle. */
function BagPage({
  visit,
  room,
  pay,
  lines,
  setPage,
  codeRefused,
  looking,
  ...rest
}: BagPageProps) {
  const { address, choose, served, quote, isSure } = rest
  const isFree = sumOf(lines)?.amount === 0
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
          {!isFree && (
            <>
              <PayLine provider={quote?.provider} pay={pay} choose={() => setPage('card')} />
              <CodeLine
                wanted={visit.code.value}
                quote={quote}
                refused={codeRefused}
                busy={looking}
                onWant={(code) => (visit.code.value = code)}
              />
            </>
          )}
        </section>
      )}
      <Sums lines={lines} quote={quote} isSure={isSure} />
    </>
  )
}

type PayLineProps = { provider: string | undefined; pay: Pay; choose: () => void }

function PayLine({ provider, pay, choose }: PayLineProps) {
  if (provider !== undefined && !takesCards(provider)) return <ProviderLine provider={provider} />
  const isKnown = provider !== undefined
  return (
    <Pick
      icon="card"
      title={isKnown ? t('card.test', { last: lastFour(pay.card.value) }) : unknown}
      help={isKnown ? t('card.test.help') : undefined}
      act={t('change')}
      disabled={!isKnown}
      onClick={choose}
    />
  )
}

/** The address as the order wants it: without the book's own id. */
function plainAddress({ id: _id, ...address }: SavedAddress) {
  return address
}

function Sums({ lines, quote, isSure }: QuoteProps & { lines: BagLine[] }) {
  const { merchant } = quote ?? {}
  const goods = sumOf(lines)
  const sure = isSure ? quote : undefined
  return (
    <section>
      <dl class="sum">
        <dt>{t('items', { n: countOf(lines) })}</dt>
        <dd class="num">{goods && money(goods)}</dd>
        <dt>{t('delivery')}</dt>
        <dd class="num">{sure === undefined ? unknown : delivery(sure)}</dd>
        {sure !== undefined && sure.discount.amount > 0 && (
          <>
            <dt>{t('discount')}</dt>
            <dd class="num">
              <bdi dir="ltr">−{money(sure.discount)}</bdi>
            </dd>
          </>
        )}
        <dt class="total">{t('total')}</dt>
        <dd class="total num">{sure === undefined ? unknown : money(sure.total)}</dd>
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
  const isWon = line.price.amount === 0
  const samePrice = offer.price.amount === line.price.amount
  const was = !samePrice && offer.price.amount > line.price.amount ? offer.price : offer.was
  const facts = [
    product.variants.length > 1 ? variant.title : '',
    isWon ? w('giveaway') : samePrice ? '' : t('price.kept'),
  ].filter(Boolean)
  return (
    <div class="item">
      <Pic src={product.images[0]} no={no} />
      <div class="what">
        <b class="one-line">{product.title}</b>
        <small class="quiet">{facts.join(' · ')}</small>
      </div>
      {!isWon && (
        <Stepper
          label={`${t('quantity')}, ${product.title}`}
          value={line.quantity}
          min={0}
          max={samePrice ? line.quantity + Math.max(0, offer.left) : line.quantity}
          less={line.quantity === 1 ? t('remove') : t('one.less')}
          more={t('one.more')}
          busy={busy}
          onChange={(wanted) =>
            run(() =>
              wanted > line.quantity
                ? visit.hold(line.variantId, 1, 'bag')
                : visit.giveBackOne(line, samePrice),
            )
          }
        />
      )}
      <Price
        now={times(line.price, line.quantity)}
        was={was && times(was, line.quantity)}
        size="sm"
      />
    </div>
  )
}
