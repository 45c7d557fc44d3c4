import { newId } from '../../../server/base/ids.ts'
import { createLogbook } from '../../../server/events/log.ts'
import { auditStock } from '../../../server/features/inventory/audit.ts'
import { createInventory } from '../../../server/features/inventory/inventory.ts'
import { reserve } from '../../../server/features/inventory/store.ts'
import { auditMoney } from '../../../server/features/orders/audit.ts'
import { openForAudit, type Postgres } from '../../../server/store/postgres.ts'
import { putOnSale } from '../drop/goods.ts'
import type { Bag } from './side.ts'

const holdMs = 900_000
const reserveMax = 1_000

/** So many people, each with one held unit, spread over so many variants. */
export async function fillBags(pg: Postgres, count: number, variants: number): Promise<Bag[]> {
  const log = createLogbook({ db: pg.db, tell: () => {} })
  const inventory = createInventory({ pg, log, holdMs, hoarding: true })
  const goods = await putOnSale(pg.rest, inventory, pg.db, { variants, units: count })
  const bags = Array.from({ length: count }, () => ({
    buyer: newId(),
    holdId: newId(),
    key: newId(),
  }))
  for (let from = 0; from < count; from += reserveMax) {
    const some = bags.slice(from, from + reserveMax)
    await pg.rest`insert into accounts(id, kind, display_name, created_at)
      select id, 'account', 'Buyer', now() from unnest(${some.map((b) => b.buyer)}::uuid[]) u(id)`
    const asks = some.map(({ buyer, holdId, key }, n) => ({
      id: holdId,
      showId: goods.showId,
      variantId: goods.variants[(from + n) % variants] as string,
      buyer,
      quantity: 1,
      key,
    }))
    await reserve(pg.hot, asks, { holdMs, unitsMax: null })
  }
  await inventory.close()
  await countTables(pg)
  return bags
}

/**
 * As autovacuum has them in a shop that is open for a while. Without, plans of the peers' statements depended on
 * whether it had come by yet: one variant's went from 287 orders a second to 1,875. Each by itself: all of them
 * together take longer than a statement may.
 */
async function countTables({ rest }: Postgres): Promise<void> {
  const tables = await rest<{ name: string }[]>`
    select tablename as name from pg_tables where schemaname = 'public'`
  for (const { name } of tables) await rest`analyze ${rest(name)}`
}

/** What is wrong with the orders of these bags, counted from rows; nothing, if all is well. */
export async function recount(pg: Postgres, bags: Bag[]): Promise<string[]> {
  const [row] = await pg.rest<Record<'orders' | 'items' | 'payments' | 'held', number>[]>`
    select count(*)::int as orders, count(i.hold_id)::int as items,
      count(*) filter (where p.status = 'pending' and p.amount = o.total and p.pay_url is not null)::int as payments,
      count(*) filter (where h.state = 'ordered' and h.order_id = o.id and h.expires_at = o.expires_at)::int as held
    from unnest(${bags.map((b) => b.buyer)}::uuid[], ${bags.map((b) => b.key)}::text[], ${bags.map((b) => b.holdId)}::uuid[]) b(buyer, key, hold)
      join orders o on o.buyer = b.buyer and o.key = b.key
      left join order_items i on i.order_id = o.id and i.hold_id = b.hold
      left join payments p on p.order_id = o.id left join holds h on h.id = b.hold`
  return Object.entries(row ?? {})
    .filter(([, count]) => count !== bags.length)
    .map(([what, count]) => `${bags.length} placed, ${count} ${what}`)
}

/** Everything about stock and money, recounted from rows as `npm run verify` does. */
export async function audit(url: string): Promise<string[]> {
  const sql = openForAudit(url)
  try {
    const findings = [...(await auditMoney(sql)), ...(await auditStock(sql))]
    return findings.map((f) => `${f.rule} ${f.id}: ${f.detail}`)
  } finally {
    await sql.end()
  }
}
