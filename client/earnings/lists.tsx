import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { EarnedMonth, EarnedOrder, Partnership, Payout } from '../../shared/wire/affiliates.ts'
import { call } from '../api/http.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { LinkBox } from '../ui/link-box.tsx'
import { money } from '../ui/money.ts'
import { More } from '../ui/more.tsx'
import { tellRefused } from '../ui/refusal.ts'
import { saveFile } from '../ui/save.ts'
import { Failed, Loading } from '../ui/states.tsx'
import { at, inMonth, onDay } from '../ui/time.ts'
import { type Asked, useAsked, useBusy } from '../ui/use.ts'
import { csvOfMonths, csvOfOrders } from './csv.ts'
import { t } from './words.ts'

type Page<T> = { items: T[]; nextCursor: string | null }
type Query = { cursor?: string; limit?: number }
type Read<T> = (query: Query) => Promise<Page<T>>

/** Rows of a file are asked for so many at a time. */
const fileLimit = 100

/** A list that is asked for when somebody opens it. */
function Fold(props: { title: string; children: () => ComponentChildren }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details class="earned-fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{props.title}</summary>
      {isOpen && props.children()}
    </details>
  )
}

type ListProps<T> = {
  read: Read<T>
  row: (item: T) => ComponentChildren
  none: string
  save?: (items: T[]) => void
}

function List<T>({ read, row, none, save }: ListProps<T>) {
  const asked: Asked<Page<T>> = useAsked(() => read({}), [])
  const [saving, runSave] = useBusy(tellRefused)
  const { value, refused, again, set } = asked
  if (value === undefined) {
    if (refused === undefined) return <Loading rows={2} />
    return <Failed title={t('failed')} reference={refused.reference} retry={again} />
  }
  const { items, nextCursor } = value
  if (items.length === 0) return <p class="quiet">{none}</p>
  const showMore = async () => {
    if (nextCursor === null) return
    const page = await read({ cursor: nextCursor })
    set({ items: [...items, ...page.items], nextCursor: page.nextCursor })
  }
  return (
    <>
      <ul class="earned-rows">{items.map(row)}</ul>
      <span class="row">
        {nextCursor !== null && <More showMore={showMore} />}
        {save !== undefined && (
          <Button
            kind="quiet-btn"
            size="desk"
            icon="download"
            busy={saving && t('saving')}
            onClick={() => runSave(async () => save(await all(read)))}
          >
            {t('csv')}
          </Button>
        )}
      </span>
    </>
  )
}

async function all<T>(read: Read<T>): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const page = await read({ limit: fileLimit, ...(cursor === undefined ? {} : { cursor }) })
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return items
}

type Of = { of: Partnership }

/** What each show brought, month by month. */
export function Months({ of: { id, merchant } }: Of) {
  const read: Read<EarnedMonth> = (query) =>
    call('GET', '/me/affiliates/:id/months', { params: { id }, query })
  const save = (items: EarnedMonth[]) =>
    saveFile(`earnings-${id}.csv`, 'text/csv', csvOfMonths(merchant.name, items))
  const row = ({ month, show, orders, earned, kept }: EarnedMonth) => (
    <li key={`${month} ${show?.id} ${earned.currency}`}>
      <span class="what">
        <b>{show?.title ?? t('show.gone')}</b>
        <small class="quiet">
          {inMonth(month)} · {t('orders', { n: orders })}
        </small>
      </span>
      <Sums earned={earned} kept={kept} />
    </li>
  )
  return (
    <Fold title={t('months.show')}>
      {() => <List read={read} row={row} none={t('nothing.yet')} save={save} />}
    </Fold>
  )
}

const tones: Record<EarnedOrder['state'], Tone> = { waiting: 'info', yours: 'good', back: 'bad' }

/** When, what and how much; never who. */
export function Orders({ of: { id, merchant } }: Of) {
  const read: Read<EarnedOrder> = (query) =>
    call('GET', '/me/affiliates/:id/orders', { params: { id }, query })
  const save = (items: EarnedOrder[]) =>
    saveFile(`orders-${id}.csv`, 'text/csv', csvOfOrders(merchant.name, items))
  const row = ({ id: order, at: when, goods, worth, earned, kept, state }: EarnedOrder) => (
    <li key={order}>
      <span class="what">
        <b>{goods.map(({ title, quantity }) => `${quantity} × ${title}`).join(', ')}</b>
        <small class="quiet">
          {onDay(when)}, {at(when)} · {money(worth)}
        </small>
      </span>
      <Sums earned={earned} kept={kept} />
      <Badge tone={tones[state]}>{t(`state.${state}`)}</Badge>
    </li>
  )
  return (
    <Fold title={t('orders.show')}>
      {() => <List read={read} row={row} none={t('nothing.yet')} save={save} />}
    </Fold>
  )
}

export function Payouts({ of: { id } }: Of) {
  const read: Read<Payout> = (query) =>
    call('GET', '/me/affiliates/:id/payouts', { params: { id }, query })
  const row = ({ id: payout, amount, paidOn, note }: Payout) => (
    <li key={payout}>
      <span class="what">
        <b>{onDay(`${paidOn}T12:00:00.000Z`)}</b>
        {note !== '' && <small class="quiet">{note}</small>}
      </span>
      <b class="num">{money(amount)}</b>
    </li>
  )
  return (
    <Fold title={t('payouts.show')}>
      {() => <List read={read} row={row} none={t('payouts.none')} />}
    </Fold>
  )
}

/** A link of their own to each show that is on or planned. */
export function ShowLinks({ merchantId, code }: { merchantId: string; code: string }) {
  return <Fold title={t('more.shows')}>{() => <Links merchantId={merchantId} code={code} />}</Fold>
}

function Links({ merchantId: host, code }: { merchantId: string; code: string }) {
  const asked = useAsked(async () => {
    const ask = (query: object) => call('GET', '/shows', { query: { host, ...query } })
    const [live, away, later] = await Promise.all([
      ask({ status: 'live' }),
      ask({ status: 'interrupted' }),
      ask({ order: 'soonest' }),
    ])
    return [...live.items, ...away.items, ...later.items]
  }, [host])
  const { value, refused, again } = asked
  if (value === undefined) {
    if (refused === undefined) return <Loading rows={2} />
    return <Failed title={t('failed')} reference={refused.reference} retry={again} />
  }
  if (value.length === 0) return <p class="quiet">{t('shows.none')}</p>
  return value.map(({ id, title }) => (
    <LinkBox key={id} label={title} link={`${location.origin}/s/${id}?via=${code}`} />
  ))
}

function Sums({ earned, kept }: { earned: Payout['amount']; kept: Payout['amount'] }) {
  if (earned.amount === kept.amount) return <b class="num">{money(kept)}</b>
  return <b class="num">{t('kept', { kept: money(kept), earned: money(earned) })}</b>
}
