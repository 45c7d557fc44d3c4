import { sql } from 'drizzle-orm'
import type { EventType } from '../../shared/wire/events.ts'
import { failpoint } from '../base/failpoint.ts'
import { asRefusal, type Db, type Sql, type Tx } from '../store/postgres.ts'

/** A fact to write: past tense, small. `staff` replaces `body` for the show's staff. */
export type Fact = {
  type: EventType
  actor?: string
  body?: object | null
  staff?: object | null
}

/** An event as it stands in the log. */
export type Appended = {
  showId: string
  seq: number
  type: string
  /** WIRE's Instant. */
  at: string
  body: Record<string, unknown> | null
  staff: Record<string, unknown> | null
}

/** Something for one account's own screens: never in a show's log. */
export type Notice = {
  accountId: string
  event: 'hold:made' | 'hold:ended' | 'line:changed' | 'order:changed' | 'you:changed'
  payload: object
}

/** What every hot function answers, besides its value. */
export type Told<T> = { value: T; events?: Appended[] | null; notices?: Notice[] | null }

/**
 * Postgres reads each of these calls once a connection, not each time it is made: a pin then takes 0.36 ms of
 * its time and not 0.58, and one way there and back, not two.
 */
const prepared = { prepare: true }

type Needs = {
  db: Db
  /** Hears of what was committed, in the order of commits of this process. */
  tell(events: Appended[], notices: Notice[]): void
}

export type Log = ReturnType<typeof createLogbook>

/** Writing the log: everything that changes a show goes through here, so nobody has to remember to tell. */
export function createLogbook({ db, tell }: Needs) {
  return {
    /**
     * One transaction of rows and events. `append` is the last statement before COMMIT: it takes the
     * show's head row. With `as` the actor's role is checked under that lock.
     */
    async write<T>(act: (tx: Tx, append: Append) => Promise<T>): Promise<T> {
      const told: Appended[] = []
      try {
        const value = await db.transaction(async (tx) => act(tx, appendTo(tx, told)))
        if (told.length > 0) tell(told, [])
        return value
      } catch (error) {
        throw asRefusal(error)
      }
    },

    /**
     * One autocommitted call of a function of ours: `name(args jsonb)` that answers {value, events,
     * notices}. What was written is told after its commit.
     */
    async call<T>(client: Sql, name: string, args: object): Promise<T> {
      try {
        failpoint(name, 'before-commit')
        const [row] = await client.unsafe(
          `select ${name}($1::jsonb) as told`,
          [client.json(args as never) as never],
          prepared,
        )
        failpoint(name, 'after-commit')
        const { value, events, notices } = row?.['told'] as Told<T>
        tell(events ?? [], notices ?? [])
        return value
      } catch (error) {
        throw asRefusal(error)
      }
    },

    /** What a batch function wrote: told in the order given. */
    told(events: Appended[], notices: Notice[] = []): void {
      tell(events, notices)
    },
  }
}

export type Append = (
  showId: string,
  facts: Fact[],
  as?: { actor: string; need: 'host' | 'host+admin' | 'moderator' },
) => Promise<Appended[]>

function appendTo(tx: Tx, told: Appended[]): Append {
  return async (showId, facts, as) => {
    const json = JSON.stringify(facts)
    const call = as
      ? sql`select append_as_v1(${showId}::uuid, ${as.actor}::uuid, ${as.need}, ${json}::jsonb) as events`
      : sql`select append_v1(${showId}::uuid, ${json}::jsonb) as events`
    const [row] = await tx.execute<{ events: Appended[] | string }>(call)
    const events =
      typeof row?.events === 'string' ? (JSON.parse(row.events) as Appended[]) : (row?.events ?? [])
    told.push(...events)
    return events
  }
}
