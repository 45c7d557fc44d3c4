import { asRefusal, type Sql } from '../../store/postgres.ts'
import { gateOf } from './store.ts'

/** How long a show's bans are believed: a ban on another node counts here within a second. */
const freshMs = 1_000
/** Shows remembered: more than a process has rooms; the oldest is forgotten first. */
const gatesMax = 1_000

type Gate = { over: boolean; isBanned(accountId: string, address: string): boolean }
type Cached = { readAt: number; gate: Promise<Gate | undefined> }

/** Bans by show, read once a second for each show that asks: reactions come by the thousand. */
export class Gates {
  readonly #sql: Sql
  readonly #now: () => number
  readonly #cached = new Map<string, Cached>()

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql
    this.#now = now
  }

  of(showId: string): Promise<Gate | undefined> {
    const known = this.#cached.get(showId)
    if (known && this.#now() - known.readAt < freshMs) return known.gate
    const gate = this.#read(showId)
    const cached = { readAt: this.#now(), gate }
    this.#cached.delete(showId)
    this.#cached.set(showId, cached)
    const drop = () => {
      if (this.#cached.get(showId) === cached) this.#cached.delete(showId)
    }
    gate.then((found) => {
      if (!found) drop()
    }, drop)
    const [oldest] = this.#cached.keys()
    if (this.#cached.size > gatesMax && oldest !== undefined) this.#cached.delete(oldest)
    return gate
  }

  /** Something changed here: the next question reads again. */
  forget(showId: string): void {
    this.#cached.delete(showId)
  }

  async #read(showId: string): Promise<Gate | undefined> {
    try {
      const row = await gateOf(this.#sql, showId)
      if (!row) return undefined
      const accounts = new Set(row.banned.map((ban) => ban.accountId))
      const addresses = new Set(row.banned.flatMap((ban) => ban.address ?? []))
      return {
        over: row.over,
        isBanned: (accountId, address) => accounts.has(accountId) || addresses.has(address),
      }
    } catch (error) {
      throw asRefusal(error)
    }
  }
}
