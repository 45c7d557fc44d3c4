import { useState } from 'preact/hooks'
import { leastPaid } from '../../shared/domain/discount.ts'
import { codeMax } from '../../shared/limits.ts'
import type { Quote } from '../../shared/wire/orders.ts'
import type { Refused } from '../api/refused.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { useFocusKept } from '../ui/focus.ts'
import { Icon } from '../ui/icon.tsx'
import { money } from '../ui/money.ts'
import { sentence } from '../ui/refusal.ts'
import { c } from './words-code.ts'

type Props = {
  /** What somebody wants to be used, as typed or taken from the show. */
  wanted: string | null
  quote: Quote | undefined
  refused: Refused | undefined
  busy: boolean
  onWant: (code: string | null) => void
}

const looksRight = /^[A-Za-z0-9_-]{3,32}$/

/** The third line of the checkout: a code is added, stands, or is refused where it was typed. */
export function CodeLine(props: Props) {
  const { wanted, quote, refused, busy, onWant } = props
  const [open, setOpen] = useState(false)
  const applied = quote?.code ?? null
  const remove = () => {
    setOpen(false)
    onWant(null)
  }
  const stands = applied !== null && applied === wanted
  const closed = !open && wanted === null
  const place = useFocusKept(stands ? 'stands' : closed ? 'closed' : 'open')
  return (
    <div ref={place}>
      {stands ? (
        <Applied quote={quote} code={applied} remove={remove} />
      ) : closed ? (
        <button type="button" class="pick" onClick={() => setOpen(true)}>
          <Icon name="percent" />
          <span>
            <b>{c('title')}</b>
          </span>
          <span class="push act">{c('add')}</span>
        </button>
      ) : (
        <CodeField {...{ wanted, refused, busy, onWant, remove }} />
      )}
    </div>
  )
}

function Applied(props: { quote: Quote | undefined; code: string; remove: () => void }) {
  const { quote, code, remove } = props
  const discount = quote?.discount
  return (
    <div class="code-line">
      <Badge tone="good" icon="percent">
        <bdi class="one-line">{code}</bdi>
      </Badge>
      {discount !== undefined && (
        <bdi class="num" dir="ltr">
          −{money(discount)}
        </bdi>
      )}
      <Button
        kind="bare"
        size="desk"
        class="push"
        aria-label={c('remove.this', { code })}
        onClick={remove}
      >
        {c('remove')}
      </Button>
      {quote !== undefined && quote.total.amount === leastPaid(quote.total.currency) && (
        <small class="quiet">{c('least', { sum: money(quote.total) })}</small>
      )}
    </div>
  )
}

type FieldProps = Omit<Props, 'quote'> & { remove: () => void }

/** What was typed stays, whatever is said of it. */
function CodeField({ wanted, refused, busy, onWant, remove }: FieldProps) {
  const [typed, setTyped] = useState(wanted ?? '')
  const [isOdd, setOdd] = useState(false)
  const use = () => {
    const code = typed.trim().toUpperCase()
    setOdd(code !== '' && !looksRight.test(code))
    if (code === '') remove()
    else if (looksRight.test(code)) onWant(code)
  }
  const isSame = wanted !== null && typed.trim().toUpperCase() === wanted
  const told = isOdd ? c('none') : isSame && refused !== undefined ? why(refused) : undefined
  return (
    <form
      class="code-form"
      onSubmit={(event) => {
        event.preventDefault()
        use()
      }}
    >
      <Field
        label={c('title')}
        value={typed}
        dir="ltr"
        autocomplete="off"
        spellcheck={false}
        maxLength={codeMax}
        error={told}
        onInput={(event) => {
          setOdd(false)
          setTyped(event.currentTarget.value)
        }}
      />
      <Button kind="soft" type="submit" busy={busy && c('applying')}>
        {c('apply')}
      </Button>
      <Button kind="bare" class="only" icon="close" aria-label={c('remove')} onClick={remove} />
    </form>
  )
}

const why = (refused: Refused) => refused.field('code') ?? sentence(refused)
