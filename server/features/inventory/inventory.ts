import { sql } from 'drizzle-orm'
import { pageDefault, stockMax } from '../../../shared/limits.ts'
import type { Variant } from '../../../shared/wire/catalog.ts'
import type { Hold } from '../../../shared/wire/holds.ts'
import { failpoint } from '../../base/failpoint.ts'
import { fingerprint, newId } from '../../base/ids.ts'
import { invalid, notFound } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { GroupCommit } from '../../store/group-commit.ts'
import {
  idBefore,
  numberBefore,
  type Page,
  type PageQuery,
  pageById,
  pageByNumber,
} from '../../store/page.ts'
import { asRefusal, type Postgres, rethrow, type Tx } from '../../store/postgres.ts'
import {
  type Ask,
  bagsOf,
  figuresOf,
  holdsOf,
  type LedgerLine,
  ledgerOf,
  levelsOf,
  merchantOf,
  reserve,
} from './store.ts'

type Needs = {
  pg: Postgres
  log: Log
  /** How long a hold lasts. */
  holdMs: number
  /** May one account hold any number of units? For load tests, as RATE_LIMITS says. */
  hoarding: boolean
}

/**
 * Units that one account holds and has not ordered: five of the largest holds. Two batches in flight
 * may both see room for the last; nobody empties a shelf by it.
 */
const bagUnitsMax = 100

export type Inventory = ReturnType<typeof createInventory>

/** Stock, holds and the ledger. Never promises a unit twice. */
export function createInventory({ pg, log, holdMs, hoarding }: Needs) {
  const batches = holdBatches({ pg, log, holdMs, hoarding })

  async function mustSee(who: Who, variantId: string): Promise<void> {
    const merchant = await merchantOf(pg.rest, variantId)
    const may = merchant !== undefined && (merchant === who.accountId || who.kind === 'admin')
    if (!may) throw notFound('variant')
  }

  return {
    /**
     * Holds units for a time, at the price of this moment, decided with everybody else's requests of
     * this moment in order of arrival. The key makes a repeat answer the first hold as it stands now.
     */
    hold(
      who: Who,
      ask: { showId: string; variantId: string; quantity: number },
      key: string,
    ): Promise<Hold> {
      return batches.ask({ id: newId(), buyer: who.accountId, ...ask, key })
    },

    /** Gives units back; calm when the hold has ended already. Units in an order stay there. */
    async release(who: Who, holdId: string): Promise<void> {
      await log.call(pg.hot, 'release_hold_v1', { holdId, buyer: who.accountId })
    },

    async mine(who: Who, { cursor, limit = pageDefault }: PageQuery): Promise<Page<Hold>> {
      const before = idBefore(cursor)
      const found = await holdsOf(pg.rest, who.accountId, before, limit + 1).catch(rethrow)
      return pageById(found, limit, (hold) => hold.holdId)
    },

    /** A merchant counts again. Never below what is held and sold; the reason stays in the ledger. */
    async correctStock(
      who: Who,
      variantId: string,
      { delta, reason }: { delta: number; reason: string },
      key?: string,
    ): Promise<Variant> {
      if (delta === 0) throw invalid('/delta', 'A correction adds or takes at least one unit.')
      const what = { variantId, by: who.accountId, delta, reason }
      const bodyHash = fingerprint(what)
      const args = { ...what, onHandMax: stockMax, ...(key !== undefined && { key, bodyHash }) }
      return log.call<Variant>(pg.rest, 'correct_stock_v1', args)
    },

    /** The ledger of one variant, newest first, for its merchant and for admins. */
    async ledger(
      who: Who,
      variantId: string,
      { cursor, limit = pageDefault }: PageQuery,
    ): Promise<Page<LedgerLine>> {
      try {
        await mustSee(who, variantId)
        const before = numberBefore(cursor)
        const found = await ledgerOf(pg.rest, variantId, before, limit + 1)
        return pageByNumber(found, limit, (line) => line.n)
      } catch (error) {
        throw asRefusal(error)
      }
    },

    /** Stock of new variants, in the transaction that makes them. */
    async open(tx: Tx, lines: { variantId: string; onHand: number }[]): Promise<void> {
      await tx.execute(sql`select stock_open_v1(${JSON.stringify(lines)}::jsonb)`)
    },

    /** Units of variants as their merchant sees them; a variant without stock is not in the map. */
    figures: (variantIds: string[]) => figuresOf(pg.rest, variantIds).catch(rethrow),

    /** What lies in bags in this show alone; the pulse's `held` counts a variant in all its shows. */
    inBags: (showId: string) => bagsOf(pg.rest, showId).catch(rethrow),

    /** What is to be had in these shows right now, by variant: for the pulse. */
    readPulse: (showIds: string[]) => levelsOf(pg.rest, showIds).catch(rethrow),

    /** Hold requests that wait to be decided. */
    waiting: () => batches.waiting,

    /** Decides what is waiting, takes nothing new. */
    close: () => batches.close(),
  }
}

/** Everybody's hold requests of one moment, decided together. */
function holdBatches({ pg, log, holdMs, hoarding }: Needs): GroupCommit<Ask, Hold> {
  const terms = { holdMs, unitsMax: hoarding ? null : bagUnitsMax }
  return new GroupCommit<Ask, Hold>({
    // A bag has one bound over all variants: of each buyer one request is decided at a time.
    slots: (a) =>
      hoarding
        ? [`variant ${a.buyer} ${a.variantId}`, `key ${a.buyer} ${a.key}`]
        : [`buyer ${a.buyer}`],
    same: (a) => `${a.buyer} ${a.key} ${a.showId} ${a.variantId} ${a.quantity}`,
    async run(asks) {
      failpoint('hold', 'before-commit')
      const { answers, events, notices } = await reserve(pg.hot, asks, terms)
      failpoint('hold', 'after-commit')
      log.told(events, notices)
      return answers
    },
  })
}
