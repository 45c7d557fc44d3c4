import type { Sql } from '../../server/store/postgres.ts'
import type { Snapshot, You } from '../../shared/wire/events.ts'
import type { Model } from './model.ts'
import { range } from './shelf.ts'
import type { World } from './world.ts'

/** What the server shows somebody who joins, in the model's words. */
export async function viewOf(sql: Sql, { ids, holds }: World, at: { who: number; show: number }) {
  const showId = ids.shows[at.show] as string
  const accountId = ids.people[at.who]?.accountId as string
  const [row] = await sql<
    { snap: { seq: number; snapshot: Snapshot }; you: You & { banned: boolean } }[]
  >`
    select snapshot_v1(${showId}) as snap, you from you_v1(array[${showId}]::uuid[], array[${accountId}]::uuid[])`
  if (!row) throw new Error('no such show')
  const { seq, snapshot } = row.snap
  const products = snapshot.products.map(({ pulled, variants }) => ({
    pulled,
    variants: variants.map(({ price, available, limit }) => ({
      price: price.amount,
      available,
      limit,
    })),
  }))
  const sales = snapshot.sales.map(
    (s) =>
      `${ids.variants.indexOf(s.variantId)} ${s.state} ${s.price.amount} instead of ${s.wasPrice.amount}, ${s.quantity}`,
  )
  const you = {
    role: row.you.role,
    muted: row.you.mutedUntil !== null,
    banned: row.you.banned,
    holds: row.you.holds
      .map(({ holdId, state }) => ({ n: holds.indexOf(holdId), state }))
      .sort((a, b) => a.n - b.n)
      .map(({ n, state }) => `${n} ${state}`),
  }
  const pinned = snapshot.pinned === null ? null : ids.products.indexOf(snapshot.pinned)
  return { seq, pinned, products, sales: sales.sort(), you }
}

/** The rows of one shop, in the model's words, after everything has been swept. */
export async function rowsOf(sql: Sql, world: World) {
  const { ids, holds, orders } = world
  const [row] = await sql<{ rows: Rows }[]>`
    select jsonb_build_object(
      'units', (select jsonb_agg(jsonb_build_object('onHand', s.on_hand, 'held', s.held, 'sold', s.sold) order by v.n)
        from unnest(${ids.variants}::uuid[]) with ordinality v(id, n) join stock s on s.variant_id = v.id),
      'lines', (select jsonb_agg((select jsonb_agg(jsonb_build_object('line', l.kind || ' ' || l.quantity, 'hold', l.hold_id) order by l.n)
        from stock_ledger l where l.variant_id = v.id) order by v.n) from unnest(${ids.variants}::uuid[]) with ordinality v(id, n)),
      'facts', (select jsonb_agg((select jsonb_agg(jsonb_build_object('type', e.type, 'fact', coalesce(e.staff, e.body)) order by e.seq)
        from show_events e where e.show_id = w.id) order by w.n) from unnest(${ids.shows}::uuid[]) with ordinality w(id, n)),
      'holds', (select jsonb_agg(h.state || ' ' || h.quantity || ' for ' || h.price order by n.n)
        from unnest(${holds}::uuid[]) with ordinality n(id, n) join holds h on h.id = n.id),
      'orders', (select jsonb_agg(o.status || ' ' || o.total || ' back ' || o.refunded || ', payment ' || p.status || ' ' || (p.captured > 0)
          order by n.n)
        from unnest(${orders.map(({ id }) => id)}::uuid[]) with ordinality n(id, n) join orders o on o.id = n.id join payments p on p.order_id = o.id),
      'refunds', (select jsonb_agg(r.amount || ' ' || r.status order by r.created_at, r.id)
        from refunds r where r.order_id = any(${orders.map(({ id }) => id)}::uuid[])),
      'count', (select count(*) from holds where show_id = any(${ids.shows}::uuid[])) ) as rows`
  const { lines, facts, ...rest } = row?.rows as Rows
  return {
    units: rest.units,
    count: rest.count,
    holds: rest.holds ?? [],
    orders: rest.orders ?? [],
    refunds: (rest.refunds ?? []).sort(),
    // The first line of a variant is the delivery, the first fact of a show its start.
    lines: lines.map((of) =>
      of.slice(1).map(({ line, hold }) => {
        const isOfHold = /^(hold|release|expire|pull|confirm) /.test(line)
        return isOfHold ? `${line} #${hold === null ? -1 : holds.indexOf(hold)}` : line
      }),
    ),
    facts: facts.map((of) => of.slice(1).map((fact) => factOf(fact, world))),
  }
}

type Fact = { type: string; fact: Record<string, unknown> }
type Rows = {
  units: { onHand: number; held: number; sold: number }[]
  lines: { line: string; hold: string | null }[][]
  facts: Fact[][]
  holds: string[] | null
  orders: string[] | null
  refunds: string[] | null
  count: number
}

function factOf({ type, fact }: Fact, { ids }: World): string {
  const person = (id: unknown) => ids.people.findIndex(({ accountId }) => accountId === id)
  const variant = ids.variants.indexOf(fact['variantId'] as string)
  const product = ids.products.indexOf(fact['productId'] as string)
  if (type.startsWith('viewer.') || type === 'staff.changed' || type === 'chat.sent')
    return `${type} ${person(fact['accountId'])}`
  if (type === 'order.placed') {
    const items = fact['items'] as { variantId: string; quantity: number }[]
    const told = items.map((item) => `${ids.variants.indexOf(item.variantId)}:${item.quantity}`)
    return `${type} ${told.sort().join(' ')}`
  }
  if (type === 'offer.changed')
    return `${type} ${variant} ${(fact['price'] as { amount: number }).amount}`
  if (type === 'sale.ended') return `${type} ${variant} ${fact['reason']}`
  if (type.startsWith('stock.')) return `${type} ${variant} ${fact['available']}`
  return `${type} ${variant === -1 ? product : variant}`
}

/** The same of the model. What one step wrote may stand in any order: it is put into the order found. */
export function rowsOfModel({ shelf, till }: Model, found: Awaited<ReturnType<typeof rowsOf>>) {
  return {
    units: shelf.units,
    count: shelf.holds.length,
    holds: shelf.holds.map(({ state, quantity, price }) => `${state} ${quantity} for ${price}`),
    orders: till.orders.map(
      ({ status, total, refunded, payment: p }) =>
        `${status} ${total} back ${refunded}, payment ${p.status} ${p.captured}`,
    ),
    refunds: till.refunds
      .map(({ amount, done }) => `${amount} ${done ? 'succeeded' : 'pending'}`)
      .sort(),
    lines: shelf.units.map((_, variant) =>
      inOrderOf(
        found.lines[variant] ?? [],
        shelf.written.map(({ lines }) => lines[variant] ?? []),
      ),
    ),
    facts: range(found.facts.length).map((show) =>
      inOrderOf(
        found.facts[show] ?? [],
        shelf.written.map(({ facts }) => facts[show] ?? []),
      ),
    ),
  }
}

/** Each step's own lines in the order in which they were found; where they differ, as the model has them. */
function inOrderOf(found: string[], steps: string[][]): string[] {
  const all: string[] = []
  for (const lines of steps) {
    const there = found.slice(all.length, all.length + lines.length)
    const isSame = JSON.stringify(there.toSorted()) === JSON.stringify(lines.toSorted())
    all.push(...(isSame ? there : lines))
  }
  return all
}
