import { tmpdir } from 'node:os'
import { pino } from 'pino'
import { newId } from '../../server/base/ids.ts'
import type { Who } from '../../server/base/who.ts'
import { createLogbook } from '../../server/events/log.ts'
import { createCatalog } from '../../server/features/catalog/catalog.ts'
import { createChat } from '../../server/features/chat/chat.ts'
import { createInventory } from '../../server/features/inventory/inventory.ts'
import { createModeration } from '../../server/features/moderation/moderation.ts'
import { createOrders } from '../../server/features/orders/orders.ts'
import { createSales } from '../../server/features/sales/sales.ts'
import { openPostgres } from '../../server/store/postgres.ts'
import { Company } from '../support/company.ts'
import { openDatabase } from '../support/database.ts'
import { holdMinutes, payMinutes, range } from './shelf.ts'
import { host, lineups, moderator, priceAtFirst, productOf, stock } from './steps.ts'

const minute = 60_000
/** Shops made by one go: each statement makes all of them, in its four seconds on a busy machine too. */
const shopsMax = 20

export type Process = ReturnType<typeof openProcess>
export type Lane = Awaited<ReturnType<typeof openLane>>
/** The ids of one shop; `people[n]` is who the steps call n. */
export type Ids = { people: Who[]; products: string[]; variants: string[]; shows: string[] }

/** The rooms that decide, as one process has them, without doors. */
function openProcess(url: string, company: Company) {
  const pg = openPostgres(url)
  const log = createLogbook({ db: pg.db, tell: () => undefined })
  const inventory = createInventory({ pg, log, holdMs: holdMinutes * minute, hoarding: true })
  const addressHash = (network: string) => `hash of ${network}`
  const moderation = createModeration({ pg, log, addressHash, now: () => performance.now() })
  const chat = createChat({ pg, log, moderation, flood: false, gatherMs: () => 0 })
  const orders = createOrders({
    pg,
    log,
    payments: company.port,
    publicUrl: 'http://shop.test',
    payMs: payMinutes * minute,
    logger: pino({ level: 'silent' }),
  })
  return {
    pg,
    log,
    inventory,
    moderation,
    chat,
    orders,
    sales: createSales({ pg, log }),
    catalog: createCatalog({ pg, log, inventory, dataDir: tmpdir() }),
    async close(): Promise<void> {
      for (const room of [inventory, chat, orders]) await room.close()
      await pg.close()
    },
  }
}

/** A database of its own with two processes on it, where one evening comes after another. */
export async function openLane() {
  const database = await openDatabase()
  const company = new Company()
  const [here, there] = [openProcess(database.url, company), openProcess(database.url, company)]
  const ready: Ids[] = []
  return {
    here,
    there,
    company,
    /** A shop that nobody has been in. */
    async shop(): Promise<Ids> {
      if (ready.length === 0) ready.push(...(await makeShops(here)))
      return ready.pop() as Ids
    },
    async close(): Promise<void> {
      await here.close()
      await there.close()
      await database.drop()
    },
  }
}

/** Shops as rows, and their shows started as a host does it. */
async function makeShops({ pg, log, inventory }: Process): Promise<Ids[]> {
  const shops = range(shopsMax).map(newShop)
  const all = <T>(of: (shop: Ids) => T[]) => shops.flatMap(of)
  const people = all((shop) => shop.people)
  const sql = pg.rest
  const owner = (shop: Ids) => shop.people[host]?.accountId as string
  await sql`insert into accounts(id, kind, display_name, created_at)
    select id, 'account', name, now()
    from unnest(${people.map((p) => p.accountId)}::uuid[], ${people.map((p) => p.displayName)}::text[]) c(id, name)`
  const products = all((shop) => shop.products.map((id) => ({ id, by: owner(shop) })))
  await sql`insert into products(id, merchant_id, title, description, images, status, created_at)
    select id, by, 'Mug', '', '[]', 'active', now()
    from unnest(${products.map((p) => p.id)}::uuid[], ${products.map((p) => p.by)}::uuid[]) p(id, by)`
  const variants = all((shop) =>
    shop.variants.map((id, n) => ({
      id,
      product: shop.products[productOf[n] as number] as string,
      by: owner(shop),
      n,
    })),
  )
  await sql`insert into variants(id, product_id, merchant_id, sku, title, price, currency, position)
    select id, product, by, 'sku ' || n, 'One', ${priceAtFirst}, 'EUR', n
    from unnest(${variants.map((v) => v.id)}::uuid[], ${variants.map((v) => v.product)}::uuid[],
      ${variants.map((v) => v.by)}::uuid[], ${variants.map((v) => v.n)}::int[]) v(id, product, by, n)`
  const lines = variants.map(({ id, n }) => ({ variantId: id, onHand: stock[n] as number }))
  await pg.db.transaction((tx) => inventory.open(tx, lines))
  const shows = all((shop) => shop.shows.map((id, n) => ({ id, n, shop })))
  const showIds = shows.map(({ id }) => id)
  await sql`insert into shows(id, host_id, title, status, created_at)
    select id, host, 'A show', 'scheduled', now()
    from unnest(${showIds}::uuid[], ${shows.map(({ shop }) => owner(shop))}::uuid[]) s(id, host)`
  await sql`insert into show_heads(show_id) select unnest(${showIds}::uuid[])`
  await sql`insert into moderators(show_id, account_id, added_at)
    select id, who, now() from unnest(${showIds}::uuid[],
      ${shows.map(({ shop }) => shop.people[moderator]?.accountId as string)}::uuid[]) m(id, who)`
  const lineup = shows.flatMap(({ id, n, shop }) =>
    (lineups[n] ?? []).map((product) => ({ id, product: shop.products[product] as string })),
  )
  await sql`insert into lineup(show_id, product_id, position)
    select show, product, n from unnest(${lineup.map((l) => l.id)}::uuid[],
      ${lineup.map((l) => l.product)}::uuid[]) with ordinality l(show, product, n)`
  for (const { id, shop } of shows) {
    await log.call(sql, 'show_start_v1', { showId: id, accountId: owner(shop) })
  }
  return shops
}

function newShop(): Ids {
  const ids = (count: number) => range(count).map(() => newId())
  const people = range(host + 1).map((n) => ({
    accountId: newId(),
    sessionId: newId(),
    kind: 'account' as const,
    displayName: `Person ${n}`,
    address: '203.0.113.7',
  }))
  return { people, products: ids(2), variants: ids(stock.length), shows: ids(lineups.length) }
}
