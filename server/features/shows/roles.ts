import { notFound, Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Postgres } from '../../store/postgres.ts'

export function isStaff(role: string): boolean {
  return role === 'host' || role === 'moderator' || role === 'admin'
}

/** What somebody is in a show right now, from current rows. */
export async function roleOf(pg: Postgres, showId: string, accountId: string): Promise<string> {
  const [row] = await pg.rest`select show_role_v1(${showId}, ${accountId}) as role`
  if (!row?.['role']) throw notFound('show')
  return row['role'] as string
}

export async function mustBeHost(pg: Postgres, showId: string, who: Who): Promise<void> {
  if ((await roleOf(pg, showId, who.accountId)) === 'host') return
  throw new Refusal('FORBIDDEN', 'Only the host can do this.')
}

export async function mustBeStaff(pg: Postgres, showId: string, who: Who): Promise<void> {
  if (isStaff(await roleOf(pg, showId, who.accountId))) return
  throw new Refusal('FORBIDDEN', 'Only the host and moderators can do this.')
}
