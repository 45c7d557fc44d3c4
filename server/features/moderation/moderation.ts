import type { Word } from '../../../shared/wire/moderation.ts'
import { newId } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import type { Postgres } from '../../store/postgres.ts'
import { createDesk } from './desk.ts'
import { createEntrance } from './entrance.ts'
import { Gates } from './gates.ts'
import { wordsOf } from './store.ts'

type Needs = {
  pg: Postgres
  log: Log
  /** A keyed hash: what is kept of a guest's address. */
  addressHash(network: string): string
  /** Milliseconds of the process's own time, for how old a cached answer is. */
  now(): number
}

type Person = { showId: string; accountId: string }
type About = { messageId: string } | { accountId: string } | { productId: string }

export type Moderation = ReturnType<typeof createModeration>

/** May this person speak, may this person be here; and what staff need to decide it. */
export function createModeration({ pg, log, addressHash, now }: Needs) {
  const sql = pg.talk
  const gates = new Gates(sql, now)

  async function sanction(name: string, who: Who, what: Person): Promise<void> {
    await log.call(sql, name, { ...what, by: who.accountId })
    gates.forget(what.showId)
  }

  return {
    ...createEntrance({ sql, gates, addressHash }),
    ...createDesk(sql),

    /** Holds from its acknowledgement, on every node; a second mute replaces the first. */
    mute: (who: Who, what: Person & { durationMs: number; reason: string }) =>
      sanction('mute_v1', who, what),

    unmute: (who: Who, what: Person) => sanction('unmute_v1', who, what),

    /** Holds from its acknowledgement, on every node; of a guest it covers the address too. */
    ban: (who: Who, what: Person & { reason: string }) => sanction('ban_v1', who, what),

    unban: (who: Who, what: Person) => sanction('unban_v1', who, what),

    /** Tells the moderators. What it is about is quoted by us; once for each person and thing. */
    async report(who: Who, what: { showId: string; about: About; reason: string }): Promise<void> {
      await log.call(sql, 'report_v1', { ...what, id: newId(), accountId: who.accountId })
    },

    /** Every message from the answer on is judged with it. */
    addWord: (who: Who, showId: string, { text, action }: Pick<Word, 'text' | 'action'>) =>
      log.call<Word>(sql, 'add_word_v1', {
        id: newId(),
        showId,
        accountId: who.accountId,
        text: text.normalize('NFC').replace(/\s+/g, ' ').trim(),
        action,
      }),

    async removeWord(who: Who, showId: string, wordId: string): Promise<void> {
      await log.call(sql, 'remove_word_v1', { showId, accountId: who.accountId, wordId })
    },

    /** A show's own words, for whoever judges messages: with the print that say_v2 compares. */
    ownWords: (showId: string) => wordsOf(sql, showId),
  }
}
