import { useState } from 'preact/hooks'
import type { Return } from '../../../shared/wire/returns.ts'
import { call } from '../../api/http.ts'
import { faultOfWords } from '../../returns/shown.tsx'
import { r } from '../../returns/words.ts'
import { Button } from '../../ui/button.tsx'
import { Stepper } from '../../ui/field.tsx'
import { money } from '../../ui/money.ts'
import { TextArea } from '../../ui/text-area.tsx'
import { toast } from '../../ui/toast.tsx'
import { useBusy } from '../../ui/use.ts'
import { shop } from '../desk.ts'
import { tell } from '../tell.ts'
import { useKeys } from '../use.ts'
import { chosen, HowMuchFields, useHowMuch } from './how-much.tsx'

export type FormProps = { it: Return; done: () => void }

/** To the shop's address, or to one that is written here when its settings have none. */
export function AcceptForm({ it, done }: FormProps) {
  // Not read yet, or not to be had: then the server knows where to.
  const home = shop.value?.address.trim()
  const [sendTo, setSendTo] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, run] = useBusy(tell)
  const fault = home === '' ? faultOfWords(sendTo, true) : undefined
  const accept = () => {
    setTried(true)
    if (fault !== undefined) return
    run(async () => {
      const body = home === '' ? { sendTo } : {}
      await call('POST', '/returns/:id/accept', { params: { id: it.id }, body })
      toast({ text: r('done.accept'), tone: 'ok' })
      done()
    })
  }
  return (
    <form class="act-form" onSubmit={(event) => (event.preventDefault(), accept())}>
      {home === '' && (
        <TextArea
          label={r('accept.where')}
          help={r('accept.where.help')}
          rows={3}
          value={sendTo}
          error={tried ? fault : undefined}
          onInput={setSendTo}
        />
      )}
      {home !== undefined && home !== '' && (
        <div>
          <small class="quiet">{r('accept.to')}</small>
          <address>{home}</address>
        </div>
      )}
      <Button type="submit" size="desk" busy={busy && r('accept.busy')}>
        {r('accept.yes')}
      </Button>
    </form>
  )
}

/** A no, or a word to the house. */
export function WordsForm({ it, act, done }: FormProps & { act: 'refuse' | 'answer' }) {
  const [words, setWords] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, run] = useBusy(tell)
  const fault = faultOfWords(words, true)
  const say = () => {
    setTried(true)
    if (fault !== undefined) return
    run(async () => {
      const said = { params: { id: it.id }, body: { words } }
      if (act === 'refuse') await call('POST', '/returns/:id/refuse', said)
      else await call('POST', '/returns/:id/answer', said)
      toast({ text: r(`done.${act}`), tone: 'ok' })
      done()
    })
  }
  return (
    <form class="act-form" onSubmit={(event) => (event.preventDefault(), say())}>
      <TextArea
        label={r(`${act}.words`)}
        help={r(`${act}.help`)}
        rows={3}
        value={words}
        error={tried ? fault : undefined}
        onInput={setWords}
      />
      <Button
        type="submit"
        size="desk"
        kind={act === 'refuse' ? 'stop' : 'fill'}
        busy={busy && r(`${act}.busy`)}
      >
        {r(`${act}.yes`)}
      </Button>
    </form>
  )
}

/** Money back, nothing is sent. */
export function RefundForm({ it, done }: FormProps) {
  const [how, setHow] = useHowMuch()
  const [tried, setTried] = useState(false)
  const keys = useKeys()
  const [busy, run] = useBusy(tell)
  const choice = chosen(it.left, how)
  const pay = () => {
    setTried(true)
    if (choice === null) return
    run(async () => {
      const { body } = choice
      const options = { params: { id: it.id }, body, key: keys.for(body) }
      tellPaid(await call('POST', '/returns/:id/refund', options), it)
      done()
    })
  }
  return (
    <form class="act-form" onSubmit={(event) => (event.preventDefault(), pay())}>
      <HowMuchFields left={it.left} how={how} tried={tried} set={setHow} />
      <p class="quiet small">{r('refund.help')}</p>
      <PayButton sum={choice?.sum ?? it.left} busy={busy} />
    </form>
  )
}

/** The parcel came: what is whole again, and how much goes back. */
export function ReceiveForm({ it, done }: FormProps) {
  const [whole, setWhole] = useState<Record<string, number>>({})
  const [how, setHow] = useHowMuch()
  const [tried, setTried] = useState(false)
  const keys = useKeys()
  const [busy, run] = useBusy(tell)
  const choice = chosen(it.left, how)
  const receive = () => {
    setTried(true)
    if (choice === null) return
    run(async () => {
      const restock = Object.entries(whole)
        .filter(([, quantity]) => quantity > 0)
        .map(([holdId, quantity]) => ({ holdId, quantity }))
      const body = { restock, ...choice.body }
      const options = { params: { id: it.id }, body, key: keys.for(body) }
      tellPaid(await call('POST', '/returns/:id/received', options), it)
      done()
    })
  }
  return (
    <form class="act-form" onSubmit={(event) => (event.preventDefault(), receive())}>
      <div>
        <b>{r('receive.whole')}</b>
        <p class="quiet small">{r('receive.none')}</p>
      </div>
      <ul class="return-lines plain">
        {it.items.map(({ holdId, title, quantity }) => (
          <li key={holdId}>
            <span>{r('pieces', { n: quantity, title })}</span>
            <Stepper
              label={r('ask.count', { title })}
              less={r('ask.less', { title })}
              more={r('ask.more', { title })}
              value={whole[holdId] ?? 0}
              min={0}
              max={quantity}
              onChange={(n) => setWhole({ ...whole, [holdId]: n })}
            />
          </li>
        ))}
      </ul>
      <HowMuchFields left={it.left} how={how} tried={tried} set={setHow} />
      <PayButton sum={choice?.sum ?? it.left} busy={busy} />
    </form>
  )
}

function PayButton({ sum, busy }: { sum: Return['left']; busy: boolean }) {
  return (
    <Button type="submit" size="desk" kind="stop" busy={busy && r('pay.busy')}>
      {sum.amount === 0 ? r('pay.none') : r('pay.yes', { sum: money(sum) })}
    </Button>
  )
}

function tellPaid(now: Return, before: Return): void {
  const sum = { ...now.refunded, amount: now.refunded.amount - before.refunded.amount }
  const name = before.buyer.displayName
  const text = sum.amount === 0 ? r('done.none') : r('done.pay', { sum: money(sum), name })
  toast({ text, tone: 'ok', icon: 'undo' })
}
