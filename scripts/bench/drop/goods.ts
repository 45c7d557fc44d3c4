import { newId } from '../../../server/base/ids.ts'
import type { Inventory } from '../../../server/features/inventory/inventory.ts'
import type { Db, Sql } from '../../../server/store/postgres.ts'
import type { Stock } from './side.ts'

/** Units of one buyer: the rule that a batch must not break. */
const perBuyer = 2

/** A live show with fresh variants, each with a cap and a limit per buyer; made as rows. */
export async function putOnSale(
  sql: Sql,
  inventory: Pick<Inventory, 'open'>,
  db: Db,
  { variants, units }: Stock,
): Promise<{ showId: string; variants: string[] }> {
  const [hostId, productId, showId] = [newId(), newId(), newId()]
  const ids = Array.from({ length: variants }, () => newId())
  await sql`insert into accounts(id, kind, display_name, created_at) values (${hostId}, 'account', 'Host', now())`
  await sql`insert into products(id, merchant_id, title, description, images, status, created_at)
    values (${productId}, ${hostId}, 'Mug', '', '[]', 'active', now())`
  await sql`insert into variants(id, product_id, merchant_id, sku, title, price, currency, position)
    select id, ${productId}, ${hostId}, id::text, 'One', 2000, 'EUR', n from unnest(${ids}::uuid[]) with ordinality u(id, n)`
  await db.transaction((tx) =>
    inventory.open(
      tx,
      ids.map((variantId) => ({ variantId, onHand: units })),
    ),
  )
  await sql`insert into shows(id, host_id, title, status, created_at) values (${showId}, ${hostId}, 'Drop', 'scheduled', now())`
  await sql`insert into show_heads(show_id) values (${showId})`
  await sql`insert into lineup(show_id, product_id, position) values (${showId}, ${productId}, 0)`
  await sql`select show_start_v1(${sql.json({ showId, accountId: hostId })}::jsonb)`
  await sql`update offers set cap = ${units}, per_buyer = ${perBuyer} where show_id = ${showId}`
  return { showId, variants: ids }
}
