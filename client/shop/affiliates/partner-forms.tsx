import { useState } from 'preact/hooks'
import type { Affiliate } from '../../../shared/wire/affiliates.ts'
import { call } from '../../api/http.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { useFocusTaken } from '../../ui/focus.ts'
import { toast } from '../../ui/toast.tsx'
import { useBusy } from '../../ui/use.ts'
import { tell } from '../tell.ts'
import { bpsOf, percentMax, percentOf } from './draft.ts'
import { InPlace } from './in-place.tsx'
import { w } from './words-affiliates.ts'

type FormProps = { partner: Affiliate; done: (now: Affiliate) => void; close: () => void }

export function Rate({ partner, done, close }: FormProps) {
  const { id, displayName: name, rateBps } = partner
  const [percent, setPercent] = useState(rateBps === null ? '' : percentOf(rateBps))
  const [tried, setTried] = useState(false)
  const [busy, run] = useBusy(tell)
  const wanted = percent.trim() === '' ? null : bpsOf(percent)
  const isBad = percent.trim() !== '' && wanted === null
  const save = () => {
    setTried(true)
    if (isBad) return
    run(async () => {
      const asked = { params: { id }, body: { rateBps: wanted } }
      done(await call('PUT', '/merchant/affiliates/:id/rate', asked))
    })
  }
  return (
    <InPlace
      label={w('rate.label', { name })}
      send={w('rate.do')}
      busy={busy && w('saving')}
      submit={save}
      close={close}
    >
      <Field
        label={w('rate.percent', { name })}
        inputMode="decimal"
        autocomplete="off"
        help={w('rate.help')}
        value={percent}
        error={tried && isBad ? w('rate.bad', { max: percentMax }) : undefined}
        onInput={(event) => setPercent(event.currentTarget.value)}
      />
    </InPlace>
  )
}

/** Asks once, in place. */
export function End({ partner: { id, displayName: name }, done, close }: FormProps) {
  const place = useFocusTaken()
  const [busy, run] = useBusy(tell)
  const end = () =>
    run(async () => {
      done(await call('POST', '/merchant/affiliates/:id/end', { params: { id } }))
      toast({ text: w('end.done', { name }), tone: 'ok' })
    })
  return (
    <div
      ref={place}
      class="affiliate-form"
      role="alertdialog"
      aria-label={w('end.label', { name })}
    >
      <p>{w('end.ask', { name })}</p>
      <span class="row">
        <Button kind="quiet-btn" size="desk" onClick={close}>
          {w('end.no')}
        </Button>
        <Button kind="stop" size="desk" busy={busy && w('ending')} onClick={end}>
          {w('end.yes', { name })}
        </Button>
      </span>
    </div>
  )
}
