import { useState } from 'preact/hooks'
import type { Room, ShownProduct } from '../../api/room.ts'
import { command } from '../../api/socket.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { figure, type Money, money, parseMoney, sign } from '../../ui/money.ts'
import { Sheet } from '../../ui/sheet.tsx'
import { useBusy } from '../../ui/use.ts'
import { act } from '../act.ts'
import type { Desk } from '../desk.ts'
import { Picked, WhichOne } from './terms.tsx'
import { g } from './words-auction.ts'

type Props = { desk: Desk; room: Room; productId: string }

const durations = [30_000, 60_000, 120_000, 300_000]
const extensions = [10_000, 30_000, 0]
/** What stands in the form when it opens: a tenth of the price to begin with, a step of a fiftieth. */
const openingShare = 10
const stepShare = 50

/** Terms of an auction of one unit; what is written is what everybody bids against. */
export function AuctionSheet({ desk, room, productId }: Props) {
  const product = room.products.find(({ id }) => id === productId)
  const close = () => (desk.auctionOf.value = null)
  const first = product?.variants[0]
  if (product === undefined || first === undefined) return null
  return (
    <Sheet title={g('title', { title: product.title })} onClose={close}>
      <section>
        <Terms showId={desk.showId} product={product} price={first.price} onClose={close} />
      </section>
    </Sheet>
  )
}

type TermsProps = { showId: string; product: ShownProduct; price: Money; onClose: () => void }

function Terms({ showId, product, price, onClose }: TermsProps) {
  const shareOf = (n: number) =>
    figure({ ...price, amount: Math.max(1, Math.round(price.amount / n)) })
  const [variantId, setVariant] = useState(product.variants[0]?.id ?? '')
  const [opening, setOpening] = useState(() => shareOf(openingShare))
  const [step, setStep] = useState(() => shareOf(stepShare))
  const [durationMs, setDuration] = useState(60_000)
  const [extendMs, setExtension] = useState(10_000)
  const [tried, setTried] = useState(false)
  const [busy, run] = useBusy()
  const terms = { opening: sumIn(opening, price), step: sumIn(step, price) }
  const sum = (key: 'opening' | 'step') => ({
    label: g(key),
    unit: sign(price.currency),
    error: tried && terms[key] === null ? g(`${key}.bad`, { price: figure(price) }) : undefined,
  })

  const start = () => {
    setTried(true)
    const { opening: from, step: by } = terms
    if (from === null || by === null) return
    run(async () => {
      const asked = { showId, variantId, opening: from, step: by, durationMs, extendMs }
      const text = g('opened', { title: product.title, price: money(from) })
      if (await act(() => command('auction:open', asked), { text, tone: 'ok' })) onClose()
    })
  }
  return (
    <Form class="terms" submit={start}>
      <p class="quiet small">{g('help')}</p>
      <WhichOne {...{ product, variantId }} onChoose={setVariant} />
      <SumField {...sum('opening')} value={opening} onType={setOpening} />
      <SumField {...sum('step')} value={step} onType={setStep} />
      <Picked label={g('runs')} of={durations} value={durationMs} onChoose={setDuration} />
      <Picked label={g('late')} of={extensions} value={extendMs} onChoose={setExtension} />
      <p class="quieter small">{g('late.help')}</p>
      <Button type="submit" size="tall" wide busy={busy && g('starting')}>
        {g('start')}
      </Button>
    </Form>
  )
}

type SumProps = {
  label: string
  unit: string
  value: string
  error: string | undefined
  onType: (typed: string) => void
}

function SumField({ onType, ...field }: SumProps) {
  return (
    <Field
      {...field}
      inputMode="decimal"
      autocomplete="off"
      onInput={(event) => onType(event.currentTarget.value)}
    />
  )
}

function sumIn(typed: string, { currency }: Money): Money | null {
  const sum = parseMoney(typed, currency)
  return sum !== null && sum.amount > 0 ? sum : null
}
