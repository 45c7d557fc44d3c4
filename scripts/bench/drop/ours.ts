import { Refusal } from '../../../server/base/refusal.ts'
import { createLogbook } from '../../../server/events/log.ts'
import { auditStock } from '../../../server/features/inventory/audit.ts'
import { createInventory } from '../../../server/features/inventory/inventory.ts'
import { reserve } from '../../../server/features/inventory/store.ts'
import { migrateDatabase } from '../../../server/store/migrate.ts'
import { openForAudit, openPostgres, type Sql } from '../../../server/store/postgres.ts'
import { putOnSale } from './goods.ts'
import type { Ask, Side } from './side.ts'

const holdMs = 300_000

/** The inventory as the server opens it: all requests of a moment are one call. */
export async function openOurs(url: string): Promise<Side> {
  const { inventory, side, grant, goods } = await openStand(url)
  return {
    ...side,
    async hold({ id, buyer, key, variant }: Ask) {
      const who = { accountId: buyer, sessionId: id, kind: 'account', displayName: '', address: '' }
      const what = { ...goods(variant), quantity: 1 }
      try {
        return grant((await inventory.hold(who as never, what, key)).holdId)
      } catch (error) {
        if (error instanceof Refusal && error.code === 'SOLD_OUT') return 'sold-out'
        throw error
      }
    },
    audit: () => audit(openForAudit(url)),
  }
}

/** The same function, asked once for each request, on as many connections as the server has. */
export async function openOneByOne(url: string): Promise<Side> {
  const { pg, side, grant, goods } = await openStand(url)
  return {
    ...side,
    async hold({ id, buyer, key, variant }) {
      const ask = { id, ...goods(variant), buyer, quantity: 1, key }
      const { answers } = await reserve(pg.hot, [ask], { holdMs, unitsMax: null })
      return answers[0] instanceof Refusal ? 'sold-out' : grant(id)
    },
  }
}

/** What both share: the rooms that the server opens, goods on sale, and which holds were granted. */
async function openStand(url: string) {
  await migrateDatabase(url)
  const pg = openPostgres(url)
  const log = createLogbook({ db: pg.db, tell: () => {} })
  const inventory = createInventory({ pg, log, holdMs, hoarding: true })
  let onSale = { showId: '', variants: [] as string[] }
  const granted = new Set<string>()
  const side: Omit<Side, 'hold'> = {
    async prepare(stock) {
      granted.clear()
      onSale = await putOnSale(pg.rest, inventory, pg.db, stock)
    },
    recount: () => recount(pg.rest, onSale.variants),
    async close() {
      await inventory.close()
      await pg.close()
    },
  }
  return {
    pg,
    inventory,
    side,
    goods: (n: number) => ({ showId: onSale.showId, variantId: onSale.variants[n] as string }),
    grant(holdId: string): 'repeat' | 'granted' {
      if (granted.has(holdId)) return 'repeat'
      granted.add(holdId)
      return 'granted'
    },
  }
}

/** Counters of stock, rows of holds, lines of the ledger and what offers say was taken: all must agree. */
async function recount(sql: Sql, variants: string[]) {
  const [row] = await sql<Record<'held' | 'holds' | 'lines' | 'taken', number>[]>`
    select sum(s.held)::int as held, sum(o.taken)::int as taken, sum(h.holds)::int as holds, sum(l.lines)::int as lines
    from stock s
      cross join lateral (select sum(taken) as taken from offers o where o.variant_id = s.variant_id) o
      cross join lateral (select count(*) as holds from holds h where h.variant_id = s.variant_id and h.state = 'active') h
      cross join lateral (select count(*) as lines from stock_ledger l where l.variant_id = s.variant_id and l.kind = 'hold') l
    where s.variant_id = any(${variants}::uuid[])`
  const { held = 0, ...others } = row ?? {}
  const wrong = Object.entries(others)
    .filter(([, count]) => count !== held)
    .map(([what, count]) => `${held} held, ${count} ${what}`)
  return { held, wrong }
}

/** Everything about stock, recounted from rows as `npm run verify` does. */
async function audit(sql: Sql): Promise<string[]> {
  try {
    const findings = await auditStock(sql)
    return findings.map((f) => `${f.rule} ${f.id}: ${f.detail}`)
  } finally {
    await sql.end()
  }
}
