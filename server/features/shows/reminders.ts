import { remindersMax } from '../../../shared/limits.ts'
import type { Who } from '../../base/who.ts'
import type { ShowNeeds } from './shows.ts'

/** Letters of one call. */
const callMax = 500

/** Who wants to be told when a planned show begins: by letter, once. */
export function reminderVerbs({ pg, log }: Pick<ShowNeeds, 'pg' | 'log'>) {
  return {
    /** CONFLICT for a show that does not wait any more, and for more of them than anybody keeps. */
    async remind(who: Who, showId: string): Promise<void> {
      const { accountId } = who
      await log.call(pg.rest, 'remind_v1', { showId, accountId, most: remindersMax })
    },

    async forgetReminder(who: Who, showId: string): Promise<void> {
      await pg.rest`
        delete from show_reminders where show_id = ${showId} and account_id = ${who.accountId}`
    },

    /** The planned shows that somebody is reminded of. */
    async reminders(who: Who): Promise<{ items: string[]; nextCursor: null }> {
      const rows = await pg.rest<{ id: string }[]>`
        select show_id as id from show_reminders where account_id = ${who.accountId} order by show_id`
      return { items: rows.map(({ id }) => id), nextCursor: null }
    },

    /** Tells all who wait for what has begun or was called off. */
    async tellReminded(): Promise<void> {
      while (await log.call<boolean>(pg.jobs, 'tell_reminded_v1', { most: callMax }));
    },
  }
}
