import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Db } from '../../store/postgres.ts'
import { links } from './schema.ts'

export async function linkOf(
  db: Db,
  showId: string,
  productId: string | null,
): Promise<string | undefined> {
  const product = productId === null ? isNull(links.productId) : eq(links.productId, productId)
  const [row] = await db
    .select({ code: links.code })
    .from(links)
    .where(and(eq(links.showId, showId), product))
  return row?.code
}

/** The code that stands: this one, or the one of whoever was quicker. */
export async function saveLink(
  db: Db,
  code: string,
  showId: string,
  productId: string | null,
): Promise<string> {
  const [row] = await db
    .insert(links)
    .values({ code, showId, productId, createdAt: sql`clock_timestamp()` })
    .onConflictDoUpdate({
      target: [links.showId, links.productId],
      set: { showId: links.showId },
    })
    .returning({ code: links.code })
  return row?.code as string
}

export async function targetOf(
  db: Db,
  code: string,
): Promise<{ showId: string; productId: string | null } | undefined> {
  const [row] = await db.select().from(links).where(eq(links.code, code))
  return row
}
