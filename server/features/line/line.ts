import type { In } from '../../../shared/wire/contract.ts'
import type { lineCommands, Place } from '../../../shared/wire/line.ts'
import { failpoint } from '../../base/failpoint.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { GroupCommit } from '../../store/group-commit.ts'
import type { Postgres } from '../../store/postgres.ts'
import { type Ask, joinAll } from './store.ts'

type Needs = { pg: Pick<Postgres, 'rest'>; log: Log }
type Payload<C extends keyof typeof lineCommands> = In<(typeof lineCommands)[C]>

/** Of one call: buyers hardly wait behind it. */
const joinsMax = 200

export type Line = ReturnType<typeof createLine>

/** Who comes to something sold out waits for the next unit, in order of numbers. The README has the law. */
export function createLine({ pg, log }: Needs) {
  // All come in the second in which it is sold out: one by one they would keep every connection busy.
  const joins = new GroupCommit<Ask, Place>({
    slots: ({ accountId }) => [accountId],
    same: ({ accountId, key, showId, variantId }) => `${accountId} ${key} ${showId} ${variantId}`,
    most: joinsMax,
    async run(asks) {
      failpoint('line', 'before-commit')
      const { answers, notices } = await joinAll(pg.rest, asks)
      failpoint('line', 'after-commit')
      log.told([], notices)
      return answers
    },
  })

  return {
    /** From the answer on a unit that comes back is theirs before it is any newcomer's. */
    join({ accountId }: Who, what: Payload<'line:join'>): Promise<Place> {
      return joins.ask({ ...what, accountId })
    },

    async leave(who: Who, what: Payload<'line:leave'>): Promise<void> {
      await log.call(pg.rest, 'line_leave_v1', { ...what, accountId: who.accountId })
    },

    /** Decides what is waiting, takes nothing new. */
    close: () => joins.close(),
  }
}
