import { useEffect, useState } from 'preact/hooks'
import { quantityMax } from '../../../shared/limits.ts'
import { serverNow } from '../../api/clock.ts'
import { variantName } from '../../api/offers.ts'
import type { Room, ShownProduct, ShownVariant } from '../../api/room.ts'
import { command } from '../../api/socket.ts'
import { Button } from '../../ui/button.tsx'
import { Choice, Field } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { figure, money, sign } from '../../ui/money.ts'
import { Ticket } from '../../ui/ticket.tsx'
import { useBusy } from '../../ui/use.ts'
import { act } from '../act.ts'
import type { Desk } from '../desk.ts'
import { t } from '../words.ts'
import {
  countdowns,
  durations,
  isWhole,
  minutesMax,
  newDraft,
  offerFrom,
  readDraft,
  type SaleDraft,
  type SaleFault,
  type SaleTerms,
} from './sale-rules.ts'
import { unitsOfVariant } from './stock.ts'

type Props = { desk: Desk; room: Room; product: ShownProduct; no: number }

/** Below the list, not over it: what is asked, and the ticket that everybody will see. */
export function SaleForm({ desk, room, product, no }: Props) {
  const [variantId, setVariant] = useState(product.variants[0]?.id ?? '')
  const variant = product.variants.find(({ id }) => id === variantId) ?? product.variants[0]
  if (variant === undefined) return null
  const { free } = unitsOfVariant(room, desk.stock, variant.id, variant.available)
  return (
    <Form
      key={variant.id}
      {...{ desk, room, product, no, variant, free }}
      onVariant={setVariant}
      onClose={() => (desk.saleOf.value = null)}
    />
  )
}

type FormProps = Props & {
  variant: ShownVariant
  free: number
  onVariant: (id: string) => void
  onClose: () => void
}

function Form(props: FormProps) {
  const { desk, room, product, no, variant, free, onClose } = props
  const [draft, setDraft] = useState<SaleDraft>(() => newDraft(free))
  const [tried, setTried] = useState(false)
  const [busy, run] = useBusy()
  const change = (part: Partial<SaleDraft>) => setDraft((now) => ({ ...now, ...part }))
  const { terms, faults } = readDraft(draft, { currency: variant.price.currency, free })
  const wrong = wordsOf(faults, { variant, free, typed: (name) => tried || draft[name] !== '' })

  const announce = () => {
    setTried(true)
    if (!isWhole(terms, faults)) return
    run(async () => {
      if (await start(desk.showId, variant, terms, product.title)) onClose()
    })
  }
  return (
    <form
      class="composer"
      aria-label={t('sale.form')}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        announce()
      }}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <div class="form">
        <h3 class="full row">
          <Icon name="bolt" size="md" />
          {t('sale.title', { no })}
          {product.variants.length > 1 && <Variants {...props} />}
          <Button
            kind="bare"
            size="desk"
            icon="close"
            class="push"
            aria-label={t('close')}
            onClick={onClose}
          />
        </h3>
        <Figures {...{ draft, change, wrong, variant, free }} />
        <Times {...{ draft, change, wrong }} />
        <Button
          type="submit"
          size="desk"
          class="full"
          disabled={free === 0}
          busy={busy && t('sale.announcing')}
        >
          {room.viewers > 0 ? t('sale.announce', { n: room.viewers }) : t('sale.announce.none')}
        </Button>
      </div>
      <Seen {...{ terms, product, variant, no }} />
    </form>
  )
}

async function start(
  showId: string,
  variant: ShownVariant,
  terms: SaleTerms,
  title: string,
): Promise<boolean> {
  const { price, quantity, perBuyer, countdownMs, durationMs } = terms
  const sale = {
    showId,
    variantId: variant.id,
    price,
    quantity,
    ...(perBuyer === null ? {} : { perBuyer }),
    countdownMs,
    durationMs,
  }
  return act(() => command('sale:start', sale), {
    text: t('sale.announced', { title, price: money(price) }),
    tone: 'ok',
    icon: 'bolt',
  })
}

type Wrong = Partial<Record<'price' | 'units' | 'each' | 'minutes', string>>

function wordsOf(
  faults: SaleFault[],
  given: { variant: ShownVariant; free: number; typed: (name: keyof SaleDraft) => boolean },
): Wrong {
  const { variant, free, typed } = given
  const wrong: Wrong = {}
  for (const fault of faults) {
    if (fault === 'price' && typed('price')) {
      wrong.price = t('sale.price.bad', { price: figure(variant.price) })
    }
    if (fault === 'none') wrong.units = t('sale.units.none')
    if (fault === 'units' && typed('units')) wrong.units = t('sale.units.bad')
    if (fault === 'over') wrong.units = t('sale.units.over', { n: free })
    if (fault === 'each') wrong.each = t('sale.each.bad', { max: quantityMax })
    if (fault === 'minutes') wrong.minutes = t('sale.minutes.bad', { max: minutesMax })
  }
  return wrong
}

function Variants({ product, variant, onVariant }: FormProps) {
  return (
    <select
      class="input desk variant"
      aria-label={t('sale.variant')}
      value={variant.id}
      onChange={(event) => onVariant(event.currentTarget.value)}
    >
      {product.variants.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  )
}

type PartProps = {
  draft: SaleDraft
  change: (part: Partial<SaleDraft>) => void
  wrong: Wrong
}

function Figures(props: PartProps & { variant: ShownVariant; free: number }) {
  const { draft, change, wrong, variant, free } = props
  return (
    <>
      <Field
        label={t('sale.price', { price: money(variant.price) })}
        unit={sign(variant.price.currency)}
        desk
        inputMode="decimal"
        autocomplete="off"
        value={draft.price}
        error={wrong.price}
        onInput={(event) => change({ price: event.currentTarget.value })}
      />
      <Field
        label={t('sale.units', { n: free })}
        desk
        inputMode="numeric"
        autocomplete="off"
        value={draft.units}
        error={wrong.units}
        onInput={(event) => change({ units: event.currentTarget.value })}
      />
      <Field
        label={t('sale.each')}
        desk
        inputMode="numeric"
        autocomplete="off"
        placeholder={t('sale.each.help')}
        value={draft.each}
        error={wrong.each}
        onInput={(event) => change({ each: event.currentTarget.value })}
      />
    </>
  )
}

function Times({ draft, change, wrong }: PartProps) {
  const other = draft.durationMs === 0
  return (
    <div class="full times">
      <div class="field">
        <span class="label">{t('sale.opens.in')}</span>
        <Choice
          label={t('sale.opens.in')}
          desk
          value={String(draft.countdownMs)}
          onChoose={(value) => change({ countdownMs: Number(value) })}
          options={countdowns.map((ms) => ({
            value: String(ms),
            label: ms === 0 ? t('sale.now') : t('n.s', { n: ms / 1000 }),
          }))}
        />
      </div>
      <div class="field">
        <span class="label">{t('sale.runs')}</span>
        <Choice
          label={t('sale.runs')}
          desk
          value={String(draft.durationMs)}
          onChoose={(value) => change({ durationMs: Number(value) })}
          options={[
            ...durations.map((ms) => ({
              value: String(ms),
              label: t('n.min', { n: ms / 60_000 }),
            })),
            { value: '0', label: t('sale.other') },
          ]}
        />
      </div>
      {other && (
        <div class="minutes">
          <Field
            label={t('sale.minutes')}
            desk
            inputMode="numeric"
            value={draft.minutes}
            error={wrong.minutes}
            onInput={(event) => change({ minutes: event.currentTarget.value })}
          />
        </div>
      )}
    </div>
  )
}

/** The clock of the preview stands still: it is set anew this often, before a second has passed. */
const resetMs = 400

function Seen(props: {
  terms: Partial<SaleTerms>
  product: ShownProduct
  variant: ShownVariant
  no: number
}) {
  const { terms, product, variant, no } = props
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), resetMs)
    return () => clearInterval(timer)
  }, [])
  return (
    <div class="see">
      <span class="label">{t('sale.see')}</span>
      <div inert>
        <Ticket
          offer={offerFrom(terms, variant, now)}
          no={no}
          title={variantName(product, variant)}
          image={product.images[0]}
        />
      </div>
    </div>
  )
}
