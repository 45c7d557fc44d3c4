import { Refusal } from '../../../server/base/refusal.ts'
import { createLogbook } from '../../../server/events/log.ts'
import { auditStock } from '../../../server/features/inventory/audit.ts'
import { createInventory } from '../../../server/features/inventory/inventory.ts'
import { reserve } from '../../../server/features/inventory/store.ts'
import { migrateDatabase } from '../../../server/store/migrate.ts'
import { openPostgres } from '../../../server/store/postgres.ts'
import { putOnSale } from './goods.ts'
import type { Ask, Side } from './side.ts'

const holdMs = 300_000

/** The inventory as the server opens it: all requests of a moment are one call. */
export async function openOurs(url: string): Promise<Side> {
  await migrateDatabase(url)
  const pg = openPostgres(url)
  const log = createLogbook({ db: pg.db, tell: () => {} })
  const inventory = createInventory({ pg, log, holdMs })
  let goods = { showId: '', variants: [] as string[] }
  const granted = new Set<string>()

  return {
    async prepare(stock) {
      granted.clear()
      goods = await putOnSale(pg.rest, inventory, pg.db, stock)
    },
    async hold({ id, buyer, key, variant }: Ask) {
      const who = { accountId: buyer, sessionId: id, kind: 'account', displayName: '', address: '' }
      const what = { showId: goods.showId, variantId: goods.variants[variant] as string }
      try {
        const hold = await inventory.hold(who as never, { ...what, quantity: 1 }, key)
        if (granted.has(hold.holdId)) return 'repeat'
        granted.add(hold.holdId)
        return 'granted'
      } catch (error) {
        if (error instanceof Refusal && error.code === 'SOLD_OUT') return 'sold-out'
        throw error
      }
    },
    recount: () => recount(pg.rest, goods.variants),
    async close() {
      await inventory.close()
      await pg.close()
    },
  }
}

/** The same function, asked once for each request, on as many connections as the server has. */
export async function openOneByOne(url: string): Promise<Side> {
  await migrateDatabase(url)
  const pg = openPostgres(url)
  const log = createLogbook({ db: pg.db, tell: () => {} })
  const inventory = createInventory({ pg, log, holdMs })
  let goods = { showId: '', variants: [] as string[] }
  const granted = new Set<string>()

  return {
    async prepare(stock) {
      granted.clear()
      goods = await putOnSale(pg.rest, inventory, pg.db, stock)
    },
    async hold({ id, buyer, key, variant }) {
      const { showId, variants } = goods
      const ask = { id, showId, variantId: variants[variant] as string, buyer, quantity: 1, key }
      const { answers } = await reserve(pg.hot, [ask], { holdMs, unitsMax: null })
      const [answer] = answers
      if (answer instanceof Refusal) return 'sold-out'
      if (granted.has(id)) return 'repeat'
      granted.add(id)
      return 'granted'
    },
    recount: () => recount(pg.rest, goods.variants),
    async close() {
      await inventory.close()
      await pg.close()
    },
  }
}

async function recount(sql: Parameters<typeof auditStock>[0], variants: string[]) {
  const [row] = await sql<{ held: number }[]>`
    select sum(held)::int as held from stock where variant_id = any(${variants}::uuid[])`
  const findings = await auditStock(sql)
  return { held: row?.held ?? 0, wrong: findings.map((f) => `${f.rule} ${f.id}: ${f.detail}`) }
}
