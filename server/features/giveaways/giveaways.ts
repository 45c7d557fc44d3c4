import { randomBytes } from 'node:crypto'
import { giveawaysMax } from '../../../shared/limits.ts'
import type { In } from '../../../shared/wire/contract.ts'
import type {
  Entered,
  Giveaway,
  GiveawayRecord,
  giveawayCommands,
} from '../../../shared/wire/giveaways.ts'
import { newId } from '../../base/ids.ts'
import { notFound } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { GroupCommit } from '../../store/group-commit.ts'
import { type Postgres, rethrow } from '../../store/postgres.ts'
import { countsOf, type Entry, enterAll, readRecord } from './store.ts'

type Needs = { pg: Pick<Postgres, 'rest' | 'talk'>; log: Log }
type Payload<C extends keyof typeof giveawayCommands> = In<(typeof giveawayCommands)[C]>
type What = { showId: string; giveawayId: string }

/** Of the secret: as long as what is hashed of it. */
const secretBytes = 32

export type Giveaways = ReturnType<typeof createGiveaways>

/** One unit before the room, for nothing, by a draw that anybody can make again. The README has its law. */
export function createGiveaways({ pg, log }: Needs) {
  const entries = new GroupCommit<Entry, Entered>({
    slots: ({ accountId }) => [accountId],
    same: ({ accountId, showId, giveawayId }) => `${accountId} ${showId} ${giveawayId}`,
    run: (batch) => enterAll(pg.talk, batch),
  })

  const end = (who: Who, what: What, how: { need: string; reason: string }) =>
    log.call(pg.rest, 'giveaway_end_v1', { ...what, ...how, accountId: who.accountId })

  return {
    /** From the answer on the unit is on no shelf, and the draw's secret cannot be changed unseen. */
    open(who: Who, what: Payload<'giveaway:open'>): Promise<Giveaway> {
      return log.call<Giveaway>(pg.rest, 'giveaway_open_v1', {
        ...what,
        giveawayId: newId(),
        accountId: who.accountId,
        secret: randomBytes(secretBytes).toString('hex'),
        max: giveawaysMax,
      })
    },

    /** Once a person: entering again answers the same number. */
    enter(who: Who, entry: Payload<'giveaway:enter'>): Promise<Entered> {
      return entries.ask({ ...entry, accountId: who.accountId })
    },

    /** Ends it now, with a winner if anybody is in. Drawing twice is calm. */
    async draw(who: Who, what: Payload<'giveaway:draw'>): Promise<void> {
      await end(who, what, { need: 'host', reason: 'drawn' })
    },

    /** Nobody wins; the unit is on the shelf at once. Canceling twice is calm. */
    async cancel(who: Who, what: Payload<'giveaway:cancel'>): Promise<void> {
      await end(who, what, { need: 'moderator', reason: 'canceled' })
    },

    /** What anybody needs to make the draw again. */
    async record(showId: string, giveawayId: string): Promise<GiveawayRecord> {
      const record = await readRecord(pg.rest, { showId, giveawayId })
      if (!record) throw notFound('giveaway')
      return record
    },

    /** Entries of the giveaways that run, for the pulse. */
    readCounts: (showIds: string[]) => countsOf(pg.talk, showIds).catch(rethrow),

    /** Takes no new entries, commits those that wait. */
    close: () => entries.close(),
  }
}
