import type { Producer } from '../../../shared/wire/events.ts'
import { asRefusal, type Postgres } from '../../store/postgres.ts'

/** Where a show's picture comes in, and what it is. */
export type Origin = { node: string; address: string; epoch: number; producers: Producer[] }

type Needs = {
  pg: Postgres
  /** This process, and where the others reach it. */
  node: string
  address: string
  leases: {
    origin(showId: string): Promise<Origin | undefined>
    putOrigin(showId: string, origin: Origin): Promise<void>
    dropOrigin(showId: string): Promise<void>
  }
}

type Held = { epoch: number; sender: string; producers: Producer[] }

/** A row in Postgres that nobody renewed for this long belongs to a node that is gone. */
const goneMs = 4_000

/**
 * Which node a show's picture comes from. A row decides, so that of two encoders on two nodes one
 * is on the air; leases tell the other nodes where to find it. `epoch` counts the moves: what a node
 * says about an older one than its own row's is void.
 */
export class Air {
  readonly #needs: Needs
  readonly #held = new Map<string, Held>()
  /** What a show's row is told, one after the other: the last word must be the newest. */
  readonly #saying = new Map<string, Promise<unknown>>()

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * This sender is on the air from here when it answers, whatever he sent from another node; that
   * node is to be told when it `moved`. CONFLICT when somebody else is.
   */
  take(showId: string, sender: string): Promise<{ epoch: number; moved: boolean }> {
    return this.#inTurn(showId, async () => {
      const { pg, node, address } = this.#needs
      const args = { showId, node, address, sender }
      const [row] = await pg.rest<{ air: { epoch: number; moved: boolean } }[]>`
        select show_air_v1(${pg.rest.json(args)}) as air`.catch((error) => {
        throw asRefusal(error)
      })
      const { epoch, moved } = (row as { air: { epoch: number; moved: boolean } }).air
      const producers = this.#held.get(showId)?.producers ?? []
      this.#held.set(showId, { epoch, sender, producers })
      return { epoch, moved }
    })
  }

  /** What comes in here now. Answers where, for the others; undefined when it is not ours to say. */
  note(showId: string, producers: Producer[]): Promise<Origin | undefined> {
    return this.#inTurn(showId, async () => {
      const { pg, node, address, leases } = this.#needs
      const held = this.#held.get(showId)
      if (!held) return undefined
      const { epoch, sender } = held
      held.producers = producers
      const args = { showId, node, epoch, sender, producers }
      const [row] = await pg.rest<{ ours: boolean }[]>`
        select show_air_note_v1(${pg.rest.json(args)}) as ours`
      if (!row?.ours || producers.length === 0) this.#held.delete(showId)
      if (!row?.ours) return undefined
      const origin = { node, address, epoch, producers }
      if (producers.length > 0) await leases.putOrigin(showId, origin)
      else await leases.dropOrigin(showId)
      return origin
    })
  }

  /** Another node has it since that epoch. Answers whether it was ours until now. */
  lostTo(showId: string, node: string, epoch: number): boolean {
    const held = this.#held.get(showId)
    if (!held || node === this.#needs.node || epoch <= held.epoch) return false
    this.#held.delete(showId)
    return true
  }

  /** Another node has the picture: that it went silent here is no news of the show. */
  async isElsewhere(showId: string): Promise<boolean> {
    const { pg, node } = this.#needs
    const rows = await pg.rest`
      select 1 from show_media where show_id = ${showId} and sender is not null and node <> ${node}
        and changed_at > clock_timestamp() - ${goneMs} * interval '1 ms'`
    return rows.length > 0
  }

  /**
   * Says that this node still has its pictures. Answers those that another one took meanwhile, and
   * those that were given up for lost while this node could not say so.
   */
  async keep(): Promise<{ lost: string[]; back: { showId: string; origin: Origin }[] }> {
    const { pg, node, leases } = this.#needs
    const held = [...this.#held].filter(([, { producers }]) => producers.length > 0)
    if (held.length === 0) return { lost: [], back: [] }
    const said = held.map(([showId, { epoch, sender, producers }]) => {
      return { showId, epoch, sender, producers }
    })
    const rows = await pg.jobs<{ id: string; back: boolean }[]>`
      select show_id as id, back from show_air_keep_v1(${pg.jobs.json(said)}, ${node})`
    const ours = new Set(rows.map(({ id }) => id))
    // Only what is still held as it was when we asked: a new take may have come in between.
    const lost = held.flatMap(([showId, was]) =>
      !ours.has(showId) && this.#held.get(showId) === was ? [showId] : [],
    )
    for (const showId of lost) this.#held.delete(showId)
    // As they are by now; where another node has it, its own lease stands.
    const kept = rows.flatMap(({ id, back }) => {
      const origin = this.#originHere(id)
      return origin ? [{ showId: id, origin, back }] : []
    })
    await Promise.all(kept.map(({ showId, origin }) => leases.putOrigin(showId, origin)))
    return { lost, back: kept.filter(({ back }) => back) }
  }

  #originHere(showId: string): Origin | undefined {
    const { node, address } = this.#needs
    const { epoch, producers } = this.#held.get(showId) ?? {}
    return epoch === undefined || !producers?.length
      ? undefined
      : { node, address, epoch, producers }
  }

  /** Where a show comes in, if anywhere: by its lease, or by its row where Redis does not know. */
  async originOf(showId: string): Promise<Origin | undefined> {
    const lease = await this.#needs.leases.origin(showId)
    if (lease) return lease
    const [row] = await this.#needs.pg.rest<Origin[]>`
      select node, address, epoch, producers from show_media where show_id = ${showId} and producers <> '[]'
        and changed_at > clock_timestamp() - ${goneMs} * interval '1 ms'`
    return row
  }

  #inTurn<T>(showId: string, say: () => Promise<T>): Promise<T> {
    const before = this.#saying.get(showId) ?? Promise.resolve()
    const saying = before.then(say, say)
    const done = saying.catch(() => undefined) // told to whoever asked
    this.#saying.set(showId, done)
    void done.then(() => {
      if (this.#saying.get(showId) === done) this.#saying.delete(showId)
    })
    return saying
  }
}
