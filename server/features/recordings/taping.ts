import { forEach } from '../../base/each.ts'
import type { Logger } from '../../base/log.ts'
import type { Deck, DeckEars } from '../../media/tape/deck.ts'
import type { Postgres } from '../../store/postgres.ts'
import { Keeper } from './keeper.ts'
import type { Shelf } from './shelf.ts'
import { lastSegment, moveRecording, recordingRow, saveRecording, tapedShow } from './store.ts'

export type TapingNeeds = {
  pg: Postgres
  shelf: Shelf
  deck: () => Deck
  /** RECORD: shows are recorded unless their host says no. */
  record: boolean
  /** HLS: a running show is on tape also when nobody keeps it. */
  live: boolean
  /** Whether a picture of the show comes in on this process. */
  isHere(showId: string): boolean
  now(): number
  log: Logger
}

/**
 * Decides which shows are on tape here, and hands what comes from it to their keepers. A show is
 * taped where its picture comes in, from its start to its end.
 */
export class Taping implements DeckEars {
  readonly #needs: TapingNeeds
  readonly #keepers = new Map<string, Keeper>()

  constructor(needs: TapingNeeds) {
    this.#needs = needs
  }

  section(showId: string, section: Parameters<DeckEars['section']>[1]): void {
    this.#keepers.get(showId)?.section(section)
  }

  segment(showId: string, segment: Parameters<DeckEars['segment']>[1]): void {
    this.#keepers.get(showId)?.segment(segment)
  }

  /** Something changed: the picture, the show, or what its host wants. Twice is calm. */
  async consider(showId: string): Promise<void> {
    const { pg, deck, record, live, isHere } = this.#needs
    if (!isHere(showId) && !deck().has(showId)) return
    const [show, row] = await Promise.all([tapedShow(pg.rest, showId), recordingRow(pg.db, showId)])
    const isOn = show?.status === 'live' || show?.status === 'interrupted'
    const keeps = record && (row?.record ?? true) && row?.state !== 'deleted'
    if (!show || !isOn || !(keeps || live)) return this.end(showId)
    const keeper = this.#keepers.get(showId) ?? this.#newKeeper(showId)
    keeper.keeps = keeps
    if (deck().has(showId) || !isHere(showId)) return
    deck().begin(showId, await this.#firstOf(showId, show.startedAt))
  }

  /** Ends the tape of a show here; all of it is written when this is done. */
  async end(showId: string): Promise<void> {
    const { deck, pg } = this.#needs
    if (!deck().has(showId)) return
    await deck().end(showId)
    const keeper = this.#keepers.get(showId)
    await keeper?.done()
    this.#keepers.delete(showId)
    const show = await tapedShow(pg.rest, showId)
    if (show?.status === 'ended') await moveRecording(pg.db, showId, ['recording'], 'finishing')
  }

  /**
   * Looks after every tape here, whatever news of it was missed, and writes down what keeps shows
   * off the tape or the shelf, for every process to tell.
   */
  async lookAfter(): Promise<void> {
    const { pg, deck } = this.#needs
    await forEach([...this.#keepers], async ([showId, keeper]) => {
      await this.consider(showId)
      const problem = deck().problem(showId) ?? keeper.problem ?? null
      const row = await recordingRow(pg.db, showId)
      if ((row?.problem ?? null) === problem || row?.state === 'deleted') return
      await saveRecording(pg.db, showId, { problem })
    })
  }

  async close(): Promise<void> {
    const { deck } = this.#needs
    await deck().close()
    await Promise.all([...this.#keepers.values()].map((keeper) => keeper.done()))
  }

  #newKeeper(showId: string): Keeper {
    const { pg, shelf, log } = this.#needs
    const keeper = new Keeper({ pg, shelf, log, showId })
    this.#keepers.set(showId, keeper)
    return keeper
  }

  /**
   * Numbers rise over the whole show, also when it comes back after a crash that kept none: no
   * segment is shorter than a second, so that seconds outrun them.
   */
  async #firstOf(showId: string, startedAt: Date | null): Promise<number> {
    const { pg, now } = this.#needs
    const seconds = Math.floor((now() - (startedAt?.getTime() ?? now())) / 1_000)
    return Math.max(seconds + 1, (await lastSegment(pg.db, showId)) + 1)
  }
}
