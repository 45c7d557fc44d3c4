import { useState } from 'preact/hooks'
import { payoutNoteMax } from '../../../shared/limits.ts'
import type { Affiliate, AffiliateSums } from '../../../shared/wire/affiliates.ts'
import { serverNow } from '../../api/clock.ts'
import { call } from '../../api/http.ts'
import { Field } from '../../ui/field.tsx'
import { figure, money, parseMoney, sign } from '../../ui/money.ts'
import { toast } from '../../ui/toast.tsx'
import { useBusy } from '../../ui/use.ts'
import { tell } from '../tell.ts'
import { useKeys } from '../use.ts'
import { InPlace } from './in-place.tsx'
import { w } from './words-affiliates.ts'

type Props = { partner: Affiliate; of: AffiliateSums; done: () => void; close: () => void }

/** The reader's own day, as a field for days has it. */
function today(): string {
  const now = new Date(serverNow())
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-')
}

/** Writes down what was paid: all that is owed, or less. */
export function Pay({ partner: { id, displayName: name }, of: { owed }, done, close }: Props) {
  const [sum, setSum] = useState(figure(owed))
  const [paidOn, setPaidOn] = useState(today)
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, run] = useBusy(tell)
  const keys = useKeys()
  const amount = parseMoney(sum, owed.currency)
  const fits = amount !== null && amount.amount > 0 && amount.amount <= owed.amount
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(paidOn) && paidOn <= today()
  const save = () => {
    setTried(true)
    if (!fits || !isDay) return
    run(async () => {
      const body = { amount, paidOn, note: note.trim() }
      const key = keys.for({ id, ...body })
      await call('POST', '/merchant/affiliates/:id/payouts', { params: { id }, body, key })
      keys.done()
      toast({ text: w('pay.done', { sum: money(amount), name }), tone: 'ok' })
      done()
    })
  }
  return (
    <InPlace
      label={w('pay.label', { name })}
      send={fits ? w('pay.do', { sum: money(amount) }) : w('pay.plain')}
      busy={busy && w('pay.doing')}
      submit={save}
      close={close}
    >
      <p class="quiet small">{w('pay.help', { name })}</p>
      <Field
        label={w('pay.sum')}
        inputMode="decimal"
        autocomplete="off"
        unit={sign(owed.currency)}
        value={sum}
        error={tried && !fits ? w('pay.bad', { sum: money(owed) }) : undefined}
        onInput={(event) => setSum(event.currentTarget.value)}
      />
      <Field
        label={w('pay.day')}
        type="date"
        max={today()}
        value={paidOn}
        error={tried && !isDay ? w('pay.day.bad') : undefined}
        onInput={(event) => setPaidOn(event.currentTarget.value)}
      />
      <Field
        label={w('pay.note')}
        maxLength={payoutNoteMax}
        autocomplete="off"
        value={note}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </InPlace>
  )
}
