import { useState } from 'preact/hooks'
import { mayAct } from '../../../shared/domain/returns.ts'
import type { MerchantOrder } from '../../../shared/wire/orders.ts'
import type { OrderReturns as Known, Return } from '../../../shared/wire/returns.ts'
import { serverNow } from '../../api/clock.ts'
import { call } from '../../api/http.ts'
import { me } from '../../api/session.ts'
import { useOrderNews } from '../../orders/news.ts'
import { piecesOf, ReturnBadge, ReturnSteps } from '../../returns/shown.tsx'
import { r } from '../../returns/words.ts'
import { Button } from '../../ui/button.tsx'
import { useFocusKept } from '../../ui/focus.ts'
import { money } from '../../ui/money.ts'
import { Failed } from '../../ui/states.tsx'
import { onDay } from '../../ui/time.ts'
import { useAsked } from '../../ui/use.ts'
import { AcceptForm, ReceiveForm, RefundForm, WordsForm } from './return-forms.tsx'

/** What comes back of an order, and what the shop can do about it. */
export function OrderReturns({ order, again }: { order: MerchantOrder; again: () => void }) {
  const asked = useAsked(
    () => call('GET', '/orders/:id/returns', { params: { id: order.id } }),
    [order.id],
  )
  useOrderNews(asked.again, order.id)
  const { value: known, refused } = asked
  if (known === undefined) {
    if (refused === undefined) return null
    return <Failed title={r('list.failed')} reference={refused.reference} retry={asked.again} />
  }
  const changed = () => {
    asked.again()
    again()
  }
  return (
    <>
      {known.items.toReversed().map((it) => (
        <Card key={it.id} it={it} known={known} changed={changed} />
      ))}
    </>
  )
}

type Doing = 'accept' | 'refund' | 'refuse' | 'received' | 'answer'

const words: Record<Doing, 'accept.do' | 'refund.do' | 'refuse.do' | 'receive.do' | 'answer.do'> = {
  accept: 'accept.do',
  refund: 'refund.do',
  refuse: 'refuse.do',
  received: 'receive.do',
  answer: 'answer.do',
}

function Card({ it, known, changed }: { it: Return; known: Known; changed: () => void }) {
  const [chosen, setDoing] = useState<Doing | null>(null)
  const place = useFocusKept<HTMLElement>(`${it.state} ${chosen}`)
  const isMine = me.value?.account.id === it.merchant.id
  const may = (Object.keys(words) as Doing[]).filter(
    (act) => isMine && mayAct(act, it, 'merchant', serverNow()),
  )
  // The other side, or time, may have been quicker than the form that stands open.
  const doing = may.find((act) => act === chosen) ?? null
  const due = dueWords(it, known.hasHouse)
  const done = () => {
    setDoing(null)
    changed()
  }
  const form = { it, done }
  return (
    <section ref={place} tabIndex={-1} class="block return-card" aria-label={r('return')}>
      <header class="row">
        <h3>{r('return')}</h3>
        <ReturnBadge it={it} />
        <span class="push num">{money(it.paid)}</span>
      </header>
      <p class="pieces-said">{piecesOf(it)}</p>
      {due !== null && <p class="plate">{due}</p>}
      {may.length > 0 && (
        <div class="return-acts">
          {may.map((act, n) => (
            <Button
              key={act}
              size="desk"
              kind={act === 'refuse' ? 'stop-quiet' : n === 0 && doing === null ? 'fill' : 'soft'}
              aria-expanded={doing === act}
              onClick={() => setDoing(doing === act ? null : act)}
            >
              {r(words[act])}
            </Button>
          ))}
        </div>
      )}
      {doing === 'accept' && <AcceptForm {...form} />}
      {doing === 'refund' && <RefundForm {...form} />}
      {doing === 'received' && <ReceiveForm {...form} />}
      {(doing === 'refuse' || doing === 'answer') && (
        <WordsForm key={doing} act={doing} {...form} />
      )}
      <ReturnSteps it={it} />
    </section>
  )
}

/** What is waited for, and until when. */
function dueWords(it: Return, hasHouse: boolean): string | null {
  const day = it.dueAt === null ? '' : onDay(it.dueAt)
  switch (it.state) {
    case 'asked':
      return it.reason === 'never-came'
        ? r('due.answer.pay', { day, sum: money(it.left) })
        : r('due.answer', { day })
    case 'accepted':
      return r('due.wait', { day })
    case 'sent':
      return r('due.receive', { day })
    case 'disputed':
      if (!hasHouse) return r('due.nobody')
      return it.dueAt === null ? r('due.decides') : r('due.say', { day })
    case 'refused':
    case 'refunded':
    case 'withdrawn':
    case 'closed':
    case 'decided':
      return null
  }
}
