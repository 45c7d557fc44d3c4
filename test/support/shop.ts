import { newId } from '../../server/base/ids.ts'
import { isCode, Refusal } from '../../server/base/refusal.ts'
import type { Who } from '../../server/base/who.ts'
import { type Appended, createLogbook, type Log, type Notice } from '../../server/events/log.ts'
import { createAuctions } from '../../server/features/auctions/auctions.ts'
import { createGiveaways } from '../../server/features/giveaways/giveaways.ts'
import { createInventory, type Inventory } from '../../server/features/inventory/inventory.ts'
import { serveLines } from '../../server/features/line/jobs.ts'
import { createLine } from '../../server/features/line/line.ts'
import { createSales } from '../../server/features/sales/sales.ts'
import { openPostgres, type Postgres } from '../../server/store/postgres.ts'
import { openDatabase } from './database.ts'

const euros = 'EUR'

export type Shop = Awaited<ReturnType<typeof openShop>>

/**
 * Stock, holds and sales on a real Postgres, without doors: for tests that look closely. People,
 * products and shows are rows, made the way their rooms make them.
 */
export async function openShop({ holdMs = 300_000 } = {}) {
  const database = await openDatabase()
  const pg = openPostgres(database.url)
  const events: Appended[] = []
  const notices: Notice[] = []
  const log = createLogbook({
    db: pg.db,
    tell(moreEvents, moreNotices) {
      events.push(...moreEvents)
      notices.push(...moreNotices)
    },
  })
  const inventory = createInventory({ pg, log, holdMs, hoarding: true })
  const sales = createSales({ pg, log })
  const auctions = createAuctions({ pg, log })
  const giveaways = createGiveaways({ pg, log })
  const line = createLine({ pg, log })
  const sql = pg.rest
  const rows = createRows({ pg, log, inventory })

  return {
    url: database.url,
    pg,
    sql,
    log,
    inventory,
    sales,
    auctions,
    giveaways,
    line,
    /** What the due job does once. */
    serve: () => serveLines({ sql: pg.jobs, log, holdMs }),
    events,
    notices,
    ...rows,
    /** Counters of a variant. */
    async stock(variantId: string) {
      const [row] = await sql<{ on_hand: number; held: number; sold: number; n: number }[]>`
        select on_hand, held, sold, n::int from stock where variant_id = ${variantId}`
      if (!row) throw new Error('no such variant')
      return row
    },
    /** Lets the time of these holds run out, without waiting for it. */
    async runOut(...holdIds: string[]): Promise<void> {
      await sql`update holds set expires_at = clock_timestamp()
        where id = any(${holdIds}::uuid[]) and state = 'active'`
    },
    /** Types of what the show's log says, in order. */
    async told(showId: string): Promise<string[]> {
      const rows = await sql<{ type: string }[]>`
        select type from show_events where show_id = ${showId} order by seq`
      return rows.map((row) => row.type)
    },
    beside: () => openBeside(database.url, holdMs),
    async close(): Promise<void> {
      await inventory.close()
      await auctions.close()
      await giveaways.close()
      await line.close()
      await pg.close()
      await database.drop()
    },
  }
}

/** A second process on the same database. */
function openBeside(url: string, holdMs: number) {
  const other = openPostgres(url)
  const quiet = createLogbook({ db: other.db, tell: () => {} })
  const second = createInventory({ pg: other, log: quiet, holdMs, hoarding: true })
  const auctions = createAuctions({ pg: other, log: quiet })
  const giveaways = createGiveaways({ pg: other, log: quiet })
  const line = createLine({ pg: other, log: quiet })
  return {
    inventory: second,
    auctions,
    giveaways,
    line,
    serve: () => serveLines({ sql: other.jobs, log: quiet, holdMs }),
    pg: other,
    log: quiet,
    close: () => other.close(),
  }
}

type Made = { pg: Postgres; log: Log; inventory: Inventory }

/** People, products and shows as rows. */
function createRows({ pg, log, inventory }: Made) {
  const sql = pg.rest
  let made = 0

  async function people(count: number): Promise<Who[]> {
    const crowd = Array.from({ length: count }, () => whoIs(newId(), `Person ${++made}`))
    await sql`insert into accounts(id, kind, display_name, created_at)
      select id, 'account', name, now()
      from unnest(${crowd.map((p) => p.accountId)}::uuid[], ${crowd.map((p) => p.displayName)}::text[]) c(id, name)`
    return crowd
  }

  async function person(): Promise<Who> {
    const [somebody] = await people(1)
    return somebody as Who
  }

  /** A product with one variant for each number of units on hand. */
  async function product(merchant: Who, ...onHand: number[]) {
    const id = newId()
    await sql`insert into products(id, merchant_id, title, description, images, status, created_at)
      values (${id}, ${merchant.accountId}, ${`Product ${++made}`}, '', '[]', 'active', now())`
    const variants = onHand.map((units) => ({ variantId: newId(), onHand: units }))
    for (const [i, { variantId }] of variants.entries()) {
      await sql`insert into variants(id, product_id, merchant_id, sku, title, price, currency, position)
        values (${variantId}, ${id}, ${merchant.accountId}, ${`sku ${++made}`}, 'One', 2000, ${euros}, ${i})`
    }
    await pg.db.transaction((tx) => inventory.open(tx, variants))
    return { id, variants: variants.map((v) => v.variantId) }
  }

  async function show(host: Who, products: { id: string }[], live = true): Promise<string> {
    const id = newId()
    await sql`insert into shows(id, host_id, title, status, created_at)
      values (${id}, ${host.accountId}, 'A show', 'scheduled', now())`
    await sql`insert into show_heads(show_id) values (${id})`
    for (const [i, { id: productId }] of products.entries()) {
      await sql`insert into lineup(show_id, product_id, position) values (${id}, ${productId}, ${i})`
    }
    if (live) await log.call(sql, 'show_start_v1', { showId: id, accountId: host.accountId })
    return id
  }

  return {
    people,
    person,
    product,
    show,
    /** A host with one product in a live show: what most tests begin with. */
    async open(...onHand: number[]) {
      const host = await person()
      const made = await product(host, ...onHand)
      const showId = await show(host, [made])
      const variantId = made.variants[0] as string
      return { host, product: made, variantId, showId, what: { showId, variantId, quantity: 1 } }
    },
    /** Puts a show's line-up together anew. */
    async lineUp(host: Who, showId: string, products: { id: string }[]): Promise<void> {
      const productIds = products.map(({ id }) => id)
      const args = { showId, accountId: host.accountId, productIds }
      await log.call(sql, 'show_change_v1', args)
    },
    async moderator(showId: string): Promise<Who> {
      const who = await person()
      await sql`insert into moderators(show_id, account_id, added_at)
        values (${showId}, ${who.accountId}, now())`
      return who
    },
  }
}

function whoIs(accountId: string, displayName: string): Who {
  return { accountId, sessionId: newId(), kind: 'account', displayName, address: '127.0.0.1' }
}

/** How a call ended: 'ok' or the code of its refusal. Anything else that is thrown is thrown on. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'ok'
  } catch (error) {
    if (error instanceof Refusal && isCode(error.code)) return error.code
    throw error
  }
}

/** How many of each. */
export function tally(codes: string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1
  return counts
}
