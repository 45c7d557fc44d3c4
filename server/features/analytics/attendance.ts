import type { Logger } from '../../base/log.ts'
import { listed, type Sql } from '../../store/postgres.ts'

const minuteMs = 60_000
/** Between two looks nobody knows more: a longer pause of this process counts as so much. */
const pauseMsMax = 5_000
/** While Postgres is away what was counted waits for so long; then those minutes are not known. */
const waitMs = 10 * minuteMs
/** Viewers in one statement: some 80 ms. */
const cameMax = 5_000

type Room = { showId: string; viewers: ReadonlySet<string> }
type Needs = {
  sql: Sql
  rooms(): Room[]
  /** How many watch over all nodes. */
  counted(showId: string): number
  now(): number
  logger: Logger
}
type Tally = {
  showId: string
  minute: number
  most: number
  countedMs: number
  watchedMs: number
  came: Set<string>
}

/**
 * Counts who watches, each second, and writes it down minute by minute, for all rooms of this node in one
 * statement. Minutes are those of the database's clock. Lose the process, and a minute at most is not known.
 */
export class Attendance {
  readonly #needs: Needs
  readonly #tallies = new Map<string, Tally>()
  /** Who was counted and is here still. */
  readonly #seen = new Map<string, Set<string>>()
  /** Shows that are over while their rooms are still full. */
  readonly #over = new Set<string>()
  #looks = new Map<string, ReadonlySet<string>>()
  #lookedAt = 0
  /** The database's clock, less ours. */
  #ahead: number | undefined

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Call it each second. */
  async look(): Promise<void> {
    this.#ahead ??= (await this.#clock()) - this.#needs.now()
    const minute = this.#countAll()
    await this.#write(({ showId, minute: of }) => of < minute || this.#over.has(showId))
  }

  /** Who waits is counted when it begins. */
  began(showId: string): void {
    this.#forget(showId)
    this.#over.delete(showId)
  }

  /** Who is there at its end is counted; it is written down with the next look. */
  ended(showId: string): void {
    if (this.#ahead !== undefined) this.#countAll()
    this.#over.add(showId)
  }

  async close(): Promise<void> {
    await this.#write(() => true)
  }

  /** Answers the minute that runs. */
  #countAll(): number {
    const at = this.#needs.now() + (this.#ahead ?? 0)
    const minute = Math.floor(at / minuteMs) * minuteMs
    const sinceMs = Math.min(Math.max(0, at - this.#lookedAt), pauseMsMax)
    this.#lookedAt = at
    const looks = new Map<string, ReadonlySet<string>>()
    for (const room of this.#needs.rooms()) {
      if (this.#over.has(room.showId)) continue
      this.#count(room, minute, this.#looks.has(room.showId) ? sinceMs : 0)
      looks.set(room.showId, room.viewers)
    }
    this.#leave(looks)
    return minute
  }

  #count({ showId, viewers }: Room, minute: number, sinceMs: number): void {
    const tally = this.#tallyOf(showId, minute)
    const most = Math.max(viewers.size, this.#needs.counted(showId))
    tally.most = Math.max(tally.most, most)
    tally.countedMs += sinceMs
    tally.watchedMs += sinceMs * most
    if (this.#looks.get(showId) === viewers) return
    const seen = this.#seen.get(showId) ?? new Set()
    for (const id of viewers) {
      if (seen.has(id)) continue
      seen.add(id)
      tally.came.add(id)
    }
    this.#seen.set(showId, seen)
  }

  #tallyOf(showId: string, minute: number): Tally {
    const key = `${showId} ${minute}`
    const tally = this.#tallies.get(key) ?? {
      showId,
      minute,
      most: 0,
      countedMs: 0,
      watchedMs: 0,
      came: new Set(),
    }
    this.#tallies.set(key, tally)
    return tally
  }

  /** Rooms that are closed are remembered no longer. */
  #leave(looks: Map<string, ReadonlySet<string>>): void {
    for (const showId of this.#looks.keys()) if (!looks.has(showId)) this.#seen.delete(showId)
    const open = new Set(this.#needs.rooms().map(({ showId }) => showId))
    for (const showId of this.#over) {
      const waits = [...this.#tallies.values()].some((tally) => tally.showId === showId)
      if (!open.has(showId) && !waits) this.#over.delete(showId)
    }
    this.#looks = looks
  }

  #forget(showId: string): void {
    this.#seen.delete(showId)
    this.#looks.delete(showId)
    for (const [key, tally] of this.#tallies) {
      if (tally.showId === showId) this.#tallies.delete(key)
    }
  }

  async #write(isDue: (tally: Tally) => boolean): Promise<void> {
    const due = [...this.#tallies].filter(([, tally]) => isDue(tally))
    if (due.length === 0) return
    for (const [key, { minute }] of due) {
      if (minute < this.#lookedAt - waitMs) this.#tallies.delete(key)
    }
    try {
      for (const tallies of portions(due.map(([, tally]) => tally))) await this.#say(tallies)
    } catch (err) {
      this.#needs.logger.warn({ err }, 'viewers not written down; trying again')
      return
    }
    for (const [key] of due) this.#tallies.delete(key)
    this.#rememberThoseHere()
  }

  async #say(tallies: Tally[]): Promise<void> {
    const { sql, now } = this.#needs
    const arrived = tallies.flatMap(({ showId, minute, came }) =>
      [...came].map((accountId) => ({ showId, minute: instant(minute), accountId })),
    )
    const [row] = await sql<{ clock: number }[]>`
      select attend_v1(${listed(tallies.map((t) => t.showId))}::uuid[],
        ${listed(tallies.map((t) => instant(t.minute)))}::timestamptz[], ${listed(tallies.map((t) => t.most))}::int[],
        ${listed(tallies.map((t) => Math.round(t.countedMs)))}::int[], ${listed(tallies.map((t) => Math.round(t.watchedMs)))}::bigint[],
        ${listed(arrived.map((a) => a.showId))}::uuid[], ${listed(arrived.map((a) => a.minute))}::timestamptz[],
        ${listed(arrived.map((a) => a.accountId))}::uuid[]) as clock`
    if (row) this.#ahead = row.clock - now()
  }

  /** Who left and comes again is asked about again: Postgres knows. */
  #rememberThoseHere(): void {
    for (const [showId, seen] of this.#seen) {
      const here = this.#looks.get(showId)
      for (const id of seen) if (!here?.has(id)) seen.delete(id)
    }
  }

  async #clock(): Promise<number> {
    const [row] = await this.#needs.sql<{ clock: number }[]>`
      select (extract(epoch from clock_timestamp()) * 1000)::float8 as clock`
    return row?.clock ?? this.#needs.now()
  }
}

const instant = (ms: number) => new Date(ms).toISOString()

/** As they are, but for a crowd that comes at once: that is told in several goes. */
function* portions(tallies: Tally[]): Generator<Tally[]> {
  let portion: Tally[] = []
  let room = cameMax
  for (const tally of tallies) {
    const people = [...tally.came]
    for (let from = 0; from === 0 || from < people.length; from += cameMax) {
      const came = new Set(people.slice(from, from + cameMax))
      if (came.size > room && portion.length > 0) {
        yield portion
        portion = []
        room = cameMax
      }
      portion.push({ ...tally, came })
      room -= came.size
    }
  }
  if (portion.length > 0) yield portion
}
