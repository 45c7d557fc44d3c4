import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { returnReasons } from '../../shared/domain/returns.ts'
import type { Order } from '../../shared/wire/orders.ts'
import type { OrderReturns, Return } from '../../shared/wire/returns.ts'
import { serverNow } from '../api/clock.ts'
import { call, newKey } from '../api/http.ts'
import { faultOfWords } from '../returns/shown.tsx'
import { r } from '../returns/words.ts'
import { Button } from '../ui/button.tsx'
import { Choice, FieldError, Stepper } from '../ui/field.tsx'
import { Pic } from '../ui/pic.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { TextArea } from '../ui/text-area.tsx'
import { onDay } from '../ui/time.ts'
import { toast } from '../ui/toast.tsx'
import { useBusy } from '../ui/use.ts'
import { tellReturn } from './tell-return.ts'

type Reason = Return['reason']
type Props = { order: Order; known: OrderReturns; onClose: () => void; onAsked: () => void }

/** Which pieces, why, and a word to the shop. */
export function AskReturn({ order, known, onClose, onAsked }: Props) {
  const left = new Map(known.pieces.map((piece) => [piece.holdId, piece.left]))
  const lines = order.items.filter(({ holdId }) => (left.get(holdId) ?? 0) > 0)
  const reasons = reasonsNow(order, known)
  const [counts, setCounts] = useState<Counts>(() => onlyPiece(lines, left))
  const [reason, setReason] = useState<Reason | undefined>(undefined)
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  const [key] = useState(newKey)
  const [busy, run] = useBusy(tellReturn)
  const items = lines.flatMap(({ holdId }) => {
    const quantity = counts[holdId] ?? 0
    return quantity > 0 ? [{ holdId, quantity }] : []
  })
  const fault = faultOfWords(note, false)
  const ask = () => {
    setTried(true)
    if (items.length === 0 || reason === undefined || fault !== undefined) return
    run(async () => {
      const body = { items, reason, ...(note.trim() !== '' && { note }) }
      const params = { id: order.id }
      const { dueAt } = await call('POST', '/orders/:id/returns', { params, body, key })
      toast({ text: r('ask.done', { day: onDay(dueAt ?? '') }), tone: 'ok' })
      onAsked()
    })
  }
  return (
    <Sheet
      title={r('ask.do')}
      onClose={onClose}
      footer={
        <Button size="tall" wide busy={busy && r('ask.busy')} onClick={ask}>
          {r('ask.send')}
        </Button>
      }
    >
      <div class="ask-return">
        <Pieces {...{ lines, left, counts, setCounts }}>
          {tried && items.length === 0 && <Fault>{r('ask.none')}</Fault>}
        </Pieces>
        <fieldset>
          <legend>{r('ask.why')}</legend>
          <Choice
            label={r('ask.why')}
            value={reason ?? ''}
            onChoose={(value) => setReason(value as Reason)}
            options={reasons.map((value) => ({ value, label: r(`why.${value}`) }))}
          />
          {tried && reason === undefined && <Fault>{r('ask.why.none')}</Fault>}
        </fieldset>
        <TextArea
          label={r('ask.note')}
          placeholder={r('ask.note.hint')}
          rows={3}
          value={note}
          error={fault}
          onInput={setNote}
        />
        <Terms words={known.terms} />
      </div>
    </Sheet>
  )
}

/** Who pays the way back, and in what state a piece must be: what the shop says. */
export function Terms({ words }: { words: string }) {
  if (words === '') return null
  return (
    <details class="return-terms">
      <summary>{r('ask.terms')}</summary>
      <p>{words}</p>
    </details>
  )
}

type Counts = Record<string, number>

function Pieces(props: {
  lines: Order['items']
  left: Map<string, number>
  counts: Counts
  setCounts: (counts: Counts) => void
  children: ComponentChildren
}) {
  const { lines, left, counts, setCounts } = props
  return (
    <fieldset>
      <legend class="sr">{r('ask.pieces')}</legend>
      <ul class="return-lines">
        {lines.map(({ holdId, title, image }) => (
          <li key={holdId}>
            <Pic src={image} />
            <span>{title}</span>
            <Stepper
              label={r('ask.count', { title })}
              less={r('ask.less', { title })}
              more={r('ask.more', { title })}
              value={counts[holdId] ?? 0}
              min={0}
              max={left.get(holdId) ?? 0}
              onChange={(n) => setCounts({ ...counts, [holdId]: n })}
            />
          </li>
        ))}
      </ul>
      {props.children}
    </fieldset>
  )
}

const Fault = ({ children }: { children: string }) => (
  <div class="field" role="alert">
    <FieldError>{children}</FieldError>
  </div>
)

/** A single piece needs no choosing. */
function onlyPiece(lines: Order['items'], left: Map<string, number>): Counts {
  const [only, ...others] = lines
  if (only === undefined || others.length > 0 || left.get(only.holdId) !== 1) return {}
  return { [only.holdId]: 1 }
}

/** What may be said today: no fault within the shop's time alone, and nothing that arrived never came. */
function reasonsNow({ arrivedAt }: Order, { until }: OrderReturns): Reason[] {
  const isOver = until === null || Date.parse(until) <= serverNow()
  return returnReasons.filter(
    (reason) =>
      !(reason === 'changed-mind' && isOver) && !(reason === 'never-came' && arrivedAt !== null),
  )
}
