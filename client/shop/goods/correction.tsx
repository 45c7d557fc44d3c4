import { useId, useState } from 'preact/hooks'
import { reasonMax } from '../../../shared/limits.ts'
import { call } from '../../api/http.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { rich } from '../../ui/rich.tsx'
import { toast } from '../../ui/toast.tsx'
import { useBusy } from '../../ui/use.ts'
import { inLiveShow } from '../desk.ts'
import { tell } from '../tell.ts'
import { useKeys } from '../use.ts'
import { t } from '../words.ts'
import { type Good, type Units, unitsOf } from './goods-list.ts'

const reasons = ['broken', 'lost', 'counted', 'arrived', 'returned', 'other'] as const
type Reason = (typeof reasons)[number]

/** Takes units off or adds them, with a reason; says what it does before it is done. */
export function Correction({ good, onDone }: { good: Good; onDone: () => void }) {
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState<Reason>('broken')
  const [own, setOwn] = useState('')
  const units = unitsOf(good.variant)
  const delta = deltaOf(typed)
  const error = errorOf(typed, delta, units)
  const words = reason === 'other' ? own.trim() : t(`ledger.${reason}`)
  const ready = delta !== null && delta !== 0 && error === undefined && words !== ''
  const [busy, write] = useWrite(good, () => {
    setTyped('')
    setOwn('')
  })
  const submit = (event: Event) => {
    event.preventDefault()
    if (ready) write({ delta, reason: words }, onDone)
  }
  return (
    <form class="block" onSubmit={submit}>
      <h3>{t('correct.title')}</h3>
      <div class="row change">
        <Field
          desk
          label={t('correct.change')}
          value={typed}
          placeholder="−2"
          autocomplete="off"
          dir="ltr"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <ReasonField value={reason} onChange={setReason} />
      </div>
      {reason === 'other' && (
        <Field
          desk
          label={t('correct.own')}
          value={own}
          maxLength={reasonMax}
          onInput={(event) => setOwn(event.currentTarget.value)}
        />
      )}
      <p class="effect" role="status">
        {error !== undefined && <span class="bad">{error}</span>}
        {error === undefined && delta !== null && delta !== 0 && (
          <Effect {...{ units, delta, productId: good.product.id }} />
        )}
      </p>
      <Button type="submit" size="desk" disabled={!ready} busy={busy && t('writing')}>
        {actOf(delta, reason, words)}
      </Button>
    </form>
  )
}

type Change = { delta: number; reason: string }

/** Writes a correction; after a refusal the figures are asked for again too. */
function useWrite({ variant }: Good, onWritten: () => void) {
  const [busy, run] = useBusy()
  const keys = useKeys()
  const write = (body: Change, onDone: () => void) =>
    run(async () => {
      try {
        const options = { params: { id: variant.id }, body, key: keys.for(body) }
        const now = await call('POST', '/variants/:id/stock', options)
        keys.done()
        const done = body.delta < 0 ? 'correct.done.off' : 'correct.done.on'
        const n = Math.abs(body.delta)
        toast({ text: t(done, { n, onHand: unitsOf(now).onHand }), tone: 'ok' })
        onWritten()
      } catch (thrown) {
        tell(thrown)
      }
      onDone()
    })
  return [busy, write] as const
}

function Effect(props: { units: Units; delta: number; productId: string }) {
  const { onHand, free } = props.units
  const after = { onHandAfter: onHand + props.delta, freeAfter: free + props.delta }
  return (
    <>
      {rich(t('correct.effect', { onHand, free, ...after }))}
      {inLiveShow(props.productId) && ` ${t('correct.seen')}`}
    </>
  )
}

function ReasonField(props: { value: Reason; onChange: (reason: Reason) => void }) {
  const id = useId()
  return (
    <div class="field grow">
      <label for={id}>{t('correct.reason')}</label>
      <select
        id={id}
        class="input desk"
        value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value as Reason)}
      >
        {reasons.map((reason) => (
          <option key={reason} value={reason}>
            {t(`reason.${reason}`)}
          </option>
        ))}
      </select>
    </div>
  )
}

/** `-2`, `−2`, `+5`, `5`; null when it is no whole number. */
function deltaOf(typed: string): number | null {
  const match = /^([-−–+])?\s*(\d{1,7})$/.exec(typed.trim())
  if (match === null) return null
  const [, sign = '+', digits = ''] = match
  return sign === '+' ? Number(digits) : -Number(digits)
}

function errorOf(typed: string, delta: number | null, { free }: Units): string | undefined {
  if (/^[-−–+]?$/.test(typed.trim())) return undefined
  if (delta === null) return t('correct.bad')
  if (free + delta >= 0) return undefined
  return free === 0 ? t('correct.over.none') : t('correct.over', { n: free })
}

/** The button names the act and its size; off, it names what is missing. */
function actOf(delta: number | null, reason: Reason, words: string): string {
  if (delta === null || delta === 0) return t('correct.do.nothing')
  if (words === '') return t('correct.do.why')
  const n = Math.abs(delta)
  if (delta < 0) {
    if (reason === 'broken' || reason === 'lost') return t(`correct.do.${reason}`, { n })
    return t(reason === 'counted' ? 'correct.do.counted.off' : 'correct.do.off', { n })
  }
  if (reason === 'arrived' || reason === 'returned') return t(`correct.do.${reason}`, { n })
  return t(reason === 'counted' ? 'correct.do.counted.on' : 'correct.do.on', { n })
}
