import { pageDefault } from '../../../shared/limits.ts'
import { idBefore, type Page, type PageQuery, pageById } from '../../store/page.ts'

export type Slice = { before: string | null; limit: number }

/** A page of rows in the order of their ids. */
export async function byId<T extends { id: string }>(
  { cursor, limit = pageDefault }: PageQuery,
  read: (slice: Slice) => Promise<T[]>,
): Promise<Page<T>> {
  const found = await read({ before: idBefore(cursor), limit: limit + 1 })
  return pageById(found, limit, ({ id }) => id)
}
