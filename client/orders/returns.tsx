import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { mayAct } from '../../shared/domain/returns.ts'
import type { Order } from '../../shared/wire/orders.ts'
import type { OrderReturns, Return } from '../../shared/wire/returns.ts'
import { serverNow } from '../api/clock.ts'
import { call } from '../api/http.ts'
import { faultOfWords, piecesOf, ReturnBadge, ReturnSteps } from '../returns/shown.tsx'
import { r } from '../returns/words.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { useFocusKept } from '../ui/focus.ts'
import { money } from '../ui/money.ts'
import { rich } from '../ui/rich.tsx'
import { Failed } from '../ui/states.tsx'
import { TextArea } from '../ui/text-area.tsx'
import { onDay } from '../ui/time.ts'
import { useAsked, useBusy } from '../ui/use.ts'
import { AskReturn, Terms } from './ask-return.tsx'
import { useOrderNews } from './news.ts'
import { tellReturn } from './tell-return.ts'

type Props = { order: Order; onChange: (order: Order) => void }

/** What may come back of a sent order, and where what is coming back stands. */
export function Returns({ order, onChange }: Props) {
  const [asking, setAsking] = useState(false)
  const asked = useAsked(
    () => call('GET', '/orders/:id/returns', { params: { id: order.id } }),
    [order.id],
  )
  useOrderNews(asked.again, order.id)
  const acts = useFocusKept(order.arrivedAt)
  const known = asked.value
  if (known === undefined) {
    if (asked.refused === undefined) return null
    return (
      <Failed title={r('list.failed')} reference={asked.refused.reference} retry={asked.again} />
    )
  }
  return (
    <>
      <div ref={acts} class="row order-acts">
        {mayArrive(order) && <Arrived order={order} onChange={onChange} />}
        {mayAsk(order, known) && (
          <span class="ask-return-act">
            <Button kind="quiet-btn" icon="undo" onClick={() => setAsking(true)}>
              {r('ask.do')}
            </Button>
            <small class="quiet">{untilWords(known)}</small>
          </span>
        )}
      </div>
      {known.items.toReversed().map((it) => (
        <Card key={it.id} it={it} known={known} again={asked.again} />
      ))}
      {asking && (
        <AskReturn
          order={order}
          known={known}
          onClose={() => setAsking(false)}
          onAsked={() => {
            setAsking(false)
            asked.again()
          }}
        />
      )}
    </>
  )
}

const isOver = (instant: string | null) => instant === null || Date.parse(instant) <= serverNow()
const isOpen = ({ state }: Return) =>
  state === 'asked' || state === 'accepted' || state === 'sent' || state === 'disputed'

/** Sent, not in hand yet, and not all of its money went back. */
function mayArrive({ shippedAt, arrivedAt, refunded, total }: Order): boolean {
  return shippedAt !== null && arrivedAt === null && refunded.amount < total.amount
}

function mayAsk({ refunded, total }: Order, { faultUntil, items, pieces }: OrderReturns): boolean {
  return (
    !isOver(faultUntil) &&
    !items.some(isOpen) &&
    refunded.amount < total.amount &&
    pieces.some(({ left }) => left > 0)
  )
}

function untilWords({ until, faultUntil }: OrderReturns): string {
  return isOver(until)
    ? r('ask.until.fault', { day: onDay(faultUntil ?? '') })
    : r('ask.until', { day: onDay(until ?? '') })
}

function Arrived({ order, onChange }: Props) {
  const [busy, run] = useBusy(tellReturn)
  const arrived = () =>
    run(async () =>
      onChange(await call('POST', '/orders/:id/arrived', { params: { id: order.id } })),
    )
  return (
    <Button kind="soft" icon="check" busy={busy && r('arrived.busy')} onClick={arrived}>
      {r('arrived.do')}
    </Button>
  )
}

type CardProps = { it: Return; known: OrderReturns; again: () => void }

/** One return: what it is of, what was done, what happens next and what I can do. */
function Card({ it, known, again }: CardProps) {
  const may = (act: Parameters<typeof mayAct>[0]) => mayAct(act, it, 'buyer', serverNow())
  const [disputing, setDisputing] = useState(false)
  const card = useFocusKept<HTMLElement>(it.state)
  const place = useFocusKept(disputing)
  const next = nextWords(it, known.hasHouse, may('dispute'))
  return (
    <section ref={card} tabIndex={-1} class="return-card" aria-label={r('return')}>
      <header class="row">
        <h2>{r('return')}</h2>
        <ReturnBadge it={it} />
      </header>
      <p class="pieces-said">{piecesOf(it)}</p>
      <ReturnSteps it={it} />
      {next !== null && (
        <p class="plate">
          <span>{next}</span>
        </p>
      )}
      {it.state === 'accepted' && <address>{it.sendTo}</address>}
      {it.state === 'accepted' && <Terms words={known.terms} />}
      {may('sent') && <SentForm it={it} again={again} />}
      <div ref={place}>
        {disputing && may('dispute') ? (
          <DisputeForm it={it} again={again} />
        ) : (
          <div class="return-acts">
            {may('dispute') && (
              <Button kind="soft" onClick={() => setDisputing(true)}>
                {r('dispute.do')}
              </Button>
            )}
            {may('withdraw') && <Withdraw it={it} again={again} />}
          </div>
        )}
      </div>
    </section>
  )
}

function nextWords(it: Return, hasHouse: boolean, mayDispute: boolean): ComponentChildren {
  const words = { shop: it.merchant.name, day: it.dueAt === null ? '' : onDay(it.dueAt) }
  switch (it.state) {
    case 'asked':
      return rich(r('next.asked', words))
    case 'accepted':
      return rich(r('next.accepted', words))
    case 'sent':
      return rich(r(mayDispute ? 'next.sent.late' : 'next.sent', words))
    case 'refused':
      return mayDispute ? rich(r('next.refused', words)) : null
    case 'refunded':
      return mayDispute
        ? rich(r('next.less', { ...words, sum: money(it.refunded), paid: money(it.paid) }))
        : null
    case 'disputed':
      return rich(r(hasHouse ? 'next.disputed' : 'next.disputed.nobody'))
    case 'withdrawn':
    case 'closed':
    case 'decided':
      return null
  }
}

type ActProps = { it: Return; again: () => void }

/** Asks once, in place. */
function Withdraw({ it, again }: ActProps) {
  const [asking, setAsking] = useState(false)
  const place = useFocusKept(asking)
  const [busy, run] = useBusy(tellReturn)
  const withdraw = () =>
    run(async () => {
      await call('POST', '/returns/:id/withdraw', { params: { id: it.id } })
      again()
    })
  if (!asking) {
    return (
      <div ref={place}>
        <Button kind="stop-quiet" onClick={() => setAsking(true)}>
          {r('withdraw.do')}
        </Button>
      </div>
    )
  }
  return (
    <div ref={place} class="plate ask-cancel" role="alertdialog" aria-label={r('withdraw.do')}>
      <span>{r('withdraw.ask')}</span>
      <span class="row">
        <Button kind="quiet-btn" size="desk" onClick={() => setAsking(false)}>
          {r('withdraw.no')}
        </Button>
        <Button kind="stop" size="desk" busy={busy && r('withdraw.busy')} onClick={withdraw}>
          {r('withdraw.yes')}
        </Button>
      </span>
    </div>
  )
}

function SentForm({ it, again }: ActProps) {
  const [carrier, setCarrier] = useState('')
  const [trackingNumber, setTracking] = useState('')
  const [busy, run] = useBusy(tellReturn)
  const send = () =>
    run(async () => {
      const body = {
        ...(carrier.trim() !== '' && { carrier: carrier.trim() }),
        ...(trackingNumber.trim() !== '' && { trackingNumber: trackingNumber.trim() }),
      }
      await call('POST', '/returns/:id/sent', { params: { id: it.id }, body })
      again()
    })
  return (
    <form class="return-form" onSubmit={(event) => (event.preventDefault(), send())}>
      <Field
        label={r('sent.carrier')}
        value={carrier}
        maxLength={60}
        autocomplete="off"
        onInput={(event) => setCarrier(event.currentTarget.value)}
      />
      <Field
        label={r('sent.tracking')}
        value={trackingNumber}
        maxLength={100}
        autocomplete="off"
        spellcheck={false}
        dir="ltr"
        onInput={(event) => setTracking(event.currentTarget.value)}
      />
      <Button type="submit" busy={busy && r('sent.busy')}>
        {r('sent.do')}
      </Button>
    </form>
  )
}

function DisputeForm({ it, again }: ActProps) {
  const [words, setWords] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, run] = useBusy(tellReturn)
  const fault = faultOfWords(words, true)
  const ask = () => {
    setTried(true)
    if (fault !== undefined) return
    run(async () => {
      await call('POST', '/returns/:id/dispute', { params: { id: it.id }, body: { words } })
      again()
    })
  }
  return (
    <form class="return-form" onSubmit={(event) => (event.preventDefault(), ask())}>
      <TextArea
        label={r('dispute.words')}
        help={r('dispute.help')}
        rows={4}
        value={words}
        error={tried ? fault : undefined}
        onInput={setWords}
      />
      <Button type="submit" busy={busy && r('dispute.busy')}>
        {r('dispute.send')}
      </Button>
    </form>
  )
}
