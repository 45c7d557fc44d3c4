import { useState } from 'preact/hooks'
import type { Room } from '../api/room.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Form } from '../ui/form.tsx'
import { figure, money, parseMoney, sign } from '../ui/money.ts'
import { plain } from '../ui/rich.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { useBusy } from '../ui/use.ts'
import { a } from '../ui/words-auction.ts'
import { mostOf, placeBid } from './bid.ts'
import type { Visit } from './visit.ts'

/** One's own amount: more than the next bid. Closes with the auction. */
export function BidSheet({ visit, room: { auction } }: { visit: Visit; room: Room }) {
  const [typed, setTyped] = useState(() => (auction === null ? '' : figure(auction.next)))
  const [tried, setTried] = useState(false)
  const [busy, run] = useBusy()
  const close = () => (visit.sheet.value = null)
  if (auction === null) {
    return (
      <Sheet title={a('sheet.title')} onClose={close}>
        <section>
          <p class="quiet">{plain(a('over'))}</p>
        </section>
      </Sheet>
    )
  }
  const { next } = auction
  const most = mostOf(auction)
  const sum = parseMoney(typed, next.currency)
  const low = sum === null || sum.amount < next.amount
  const error = low
    ? a('sheet.least', { price: money(next) })
    : sum.amount > most.amount
      ? a('sheet.most', { price: money(most) })
      : undefined
  const bid = () => {
    setTried(true)
    if (error !== undefined || sum === null) return
    run(async () => {
      if (await placeBid(visit, auction, sum)) close()
    })
  }
  return (
    <Sheet title={a('sheet.title')} onClose={close}>
      <section>
        <Form class="terms" submit={bid}>
          <Field
            label={a('sheet.amount', { price: money(next) })}
            unit={sign(next.currency)}
            inputMode="decimal"
            autocomplete="off"
            value={typed}
            help={a('sheet.help')}
            error={tried ? error : undefined}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" size="tall" wide busy={busy && a('bidding')}>
            {a('bid', { price: money(sum ?? next) })}
          </Button>
        </Form>
      </section>
    </Sheet>
  )
}
