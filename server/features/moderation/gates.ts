import { Answers } from '../../base/answers.ts'
import { asRefusal, type Sql } from '../../store/postgres.ts'
import { gateOf } from './store.ts'

/** How long a show's bans are believed: a ban on another node counts here within a second. */
const freshMs = 1_000
/** Shows remembered: more than a process has rooms; the oldest is forgotten first. */
const gatesMax = 1_000

type Gate = { over: boolean; isBanned(accountId: string, address: string): boolean }

/** Bans by show, read once a second for each show that asks: reactions come by the thousand. */
export class Gates {
  readonly #sql: Sql
  readonly #gates: Answers<Gate | undefined>

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql
    this.#gates = new Answers({ max: gatesMax, freshMs, now })
  }

  /** Undefined: there is no such show; not kept, or made-up ids would push out the shows that there are. */
  of(showId: string): Promise<Gate | undefined> {
    const known = this.#gates.known(showId)
    if (known) return known
    const gate = this.#gates.of(showId, () => this.#read(showId))
    gate.then(
      (found) => found ?? this.#gates.forget(showId, gate),
      () => {},
    )
    return gate
  }

  /** Something changed here: the next question reads again. */
  forget(showId: string): void {
    this.#gates.forget(showId)
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
