import { lineMax, linePlacesMax } from '../../../shared/limits.ts'
import type { In } from '../../../shared/wire/contract.ts'
import type { lineCommands, Place } from '../../../shared/wire/line.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import type { Postgres } from '../../store/postgres.ts'

type Needs = { pg: Pick<Postgres, 'rest'>; log: Log }
type Payload<C extends keyof typeof lineCommands> = In<(typeof lineCommands)[C]>

export type Line = ReturnType<typeof createLine>

/** Who comes to something sold out waits for the next unit, in order of numbers. The README has the law. */
export function createLine({ pg, log }: Needs) {
  return {
    /** From the answer on a unit that comes back is theirs before it is any newcomer's. */
    join(who: Who, what: Payload<'line:join'>): Promise<Place> {
      const bounds = { lineMax, placesMax: linePlacesMax }
      const args = { ...what, ...bounds, accountId: who.accountId }
      return log.call<Place>(pg.rest, 'line_join_v1', args)
    },

    async leave(who: Who, what: Payload<'line:leave'>): Promise<void> {
      await log.call(pg.rest, 'line_leave_v1', { ...what, accountId: who.accountId })
    },
  }
}
