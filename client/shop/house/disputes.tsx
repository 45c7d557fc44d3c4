import { useState } from 'preact/hooks'
import { mayAct } from '../../../shared/domain/returns.ts'
import type { Return } from '../../../shared/wire/returns.ts'
import { serverNow } from '../../api/clock.ts'
import { call } from '../../api/http.ts'
import { me } from '../../api/session.ts'
import { faultOfWords, piecesOf, ReturnBadge, ReturnSteps } from '../../returns/shown.tsx'
import { r } from '../../returns/words.ts'
import { go, query } from '../../router.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { useFocusKept } from '../../ui/focus.ts'
import { figure, money, parseMoney, sign } from '../../ui/money.ts'
import { Segments } from '../../ui/segments.tsx'
import { Empty, Loading } from '../../ui/states.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { toast } from '../../ui/toast.tsx'
import { useAsked, useBusy } from '../../ui/use.ts'
import { MoreRows } from '../more-rows.tsx'
import { Desk, NotHere, PageTop } from '../shell.tsx'
import { tell } from '../tell.ts'
import { here, useKeys } from '../use.ts'
import { Evidence } from './evidence.tsx'

const tabs = ['open', 'over'] as const

/** For whoever runs the house: where a buyer and a shop do not agree, both sides and the word that ends it. */
export function DisputesPage() {
  const isAdmin = me.value?.account.kind === 'admin'
  const tab = query.value.get('tab') === 'over' ? 'over' : 'open'
  return (
    <Desk at="disputes" title={r('disputes')}>
      <div>
        <PageTop title={r('disputes')} />
        {isAdmin && (
          <div class="filters">
            <Segments
              label={r('disputes')}
              value={tab}
              onChoose={(to) => go(here({ tab: to === 'open' ? null : to }), { replace: true })}
              segments={tabs.map((value) => ({ value, label: r(`disputes.${value}`) }))}
            />
          </div>
        )}
      </div>
      <div class="strip-place" />
      <div class="desk-list rule">
        {isAdmin ? (
          <List key={tab} decided={tab === 'over'} />
        ) : (
          <Empty icon="lock" title={r('disputes.only')} />
        )}
      </div>
    </Desk>
  )
}

function List({ decided }: { decided: boolean }) {
  const ask = (cursor?: string) =>
    call('GET', '/admin/disputes', { query: { decided, ...(cursor && { cursor }) } })
  const asked = useAsked(() => ask(), [decided])
  const { value, refused } = asked
  const place = useFocusKept<HTMLElement>(value)
  if (value === undefined) {
    if (refused === undefined) return <Loading rows={4} />
    return <NotHere refused={refused} title={r('disputes.failed')} again={asked.again} />
  }
  const showMore = async () => {
    const { items, nextCursor } = await ask(value.nextCursor ?? undefined)
    asked.set((known) => ({ items: [...(known ?? value).items, ...items], nextCursor }))
  }
  return (
    <section ref={place} class="disputes" tabIndex={-1} aria-label={r('disputes')}>
      {value.items.length === 0 && <None decided={decided} />}
      {value.items.map((it) => (
        <Dispute key={it.id} it={it} again={asked.again} />
      ))}
      {value.nextCursor !== null && <MoreRows showMore={showMore} />}
    </section>
  )
}

function None({ decided }: { decided: boolean }) {
  return decided ? (
    <Empty icon="shield" title={r('disputes.none.over')} />
  ) : (
    <Empty icon="shield" title={r('disputes.none')} help={r('disputes.none.help')} />
  )
}

function Dispute({ it, again }: { it: Return; again: () => void }) {
  const isSide = [it.buyer.id, it.merchant.id].includes(me.value?.account.id ?? '')
  return (
    <article class="dispute return-card">
      <header class="row">
        <h2>{r('between', { buyer: it.buyer.displayName, shop: it.merchant.name })}</h2>
        <ReturnBadge it={it} />
        <span class="push num">{money(it.paid)}</span>
      </header>
      <p class="pieces-said">{piecesOf(it)}</p>
      <ReturnSteps it={it} />
      <Evidence it={it} />
      {isSide && it.state === 'disputed' && <p class="plate">{r('decide.side')}</p>}
      {!isSide && mayAct('decide', it, 'house', serverNow()) && <Decide it={it} again={again} />}
    </article>
  )
}

/** From nothing to what is left of what was paid. It is final, so neither sum nor words are filled in. */
function Decide({ it, again }: { it: Return; again: () => void }) {
  const [typed, setTyped] = useState('')
  const [words, setWords] = useState('')
  const [tried, setTried] = useState(false)
  const keys = useKeys()
  const [busy, run] = useBusy(tell)
  const sum = parseMoney(typed, it.left.currency)
  const isOff = sum === null || sum.amount > it.left.amount
  const fault = faultOfWords(words, true)
  const decide = () => {
    setTried(true)
    if (isOff || fault !== undefined) return
    run(async () => {
      const body = { amount: sum.amount, words }
      const options = { params: { id: it.id }, body, key: keys.for(body) }
      await call('POST', '/admin/disputes/:id/decide', options)
      toast({ text: r('decide.done'), tone: 'ok' })
      again()
    })
  }
  return (
    <form class="return-form" onSubmit={(event) => (event.preventDefault(), decide())}>
      <Field
        desk
        label={r('decide.amount')}
        unit={sign(it.left.currency)}
        inputMode="decimal"
        autocomplete="off"
        dir="ltr"
        value={typed}
        placeholder={figure(it.left)}
        help={r('less.most', { sum: money(it.left) })}
        error={
          isOff && (tried || typed.trim() !== '')
            ? r('less.bad', { sum: money(it.left) })
            : undefined
        }
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <TextArea
        label={r('decide.words')}
        help={r('decide.help')}
        rows={3}
        value={words}
        error={tried ? fault : undefined}
        onInput={setWords}
      />
      <Button type="submit" size="desk" busy={busy && r('decide.busy')}>
        {decideWords(isOff ? null : sum)}
      </Button>
    </form>
  )
}

function decideWords(sum: Return['left'] | null): string {
  if (sum === null) return r('decide.do')
  return sum.amount === 0 ? r('decide.none') : r('decide.yes', { sum: money(sum) })
}
