import { forgetMax } from '../../store/forget.ts'
import type { Sql } from '../../store/postgres.ts'
import type { Shows } from './shows.ts'
import { pictureMs } from './store.ts'

export const showsAreOver = `exists (
  select from shows where status = 'interrupted' and interrupted_at < now() - interval '2 hours')`
export const picturesAreLost = `exists (
  select from show_media where producers <> '[]' and changed_at < now() - interval '${pictureMs} ms')`

export const remindersAreDue = 'exists (select from shows where tell_at <= now())'

/** Writes to those who asked to be told of a show. */
export const tellReminded = (shows: Pick<Shows, 'tellReminded'>) => shows.tellReminded()

/**
 * Takes away reminders of shows that never begin, which took their place among those that one account keeps: a week after
 * the hour that was planned, or three months after they were asked for where there was none.
 */
export async function forgetOldReminders({ sql }: { sql: Sql }): Promise<void> {
  await sql`delete from show_reminders where ctid = any(array(
    select r.ctid from shows w join show_reminders r on r.show_id = w.id
    where w.status = 'scheduled' and (coalesce(w.starts_at, 'infinity') < now() - interval '7 days'
      or coalesce(w.starts_at, 'infinity') = 'infinity' and r.created_at < now() - interval '90 days')
    limit ${forgetMax} for update of r skip locked))`
}

/** Ends shows whose picture has been away for two hours. */
export const endLeftShows = (shows: Pick<Shows, 'sweep'>) => shows.sweep()
