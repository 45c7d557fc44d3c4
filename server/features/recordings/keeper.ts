import type { Logger } from '../../base/log.ts'
import type { Section, Segment } from '../../media/tape/deck.ts'
import type { Postgres } from '../../store/postgres.ts'
import { isFull } from './disk.ts'
import type { Shelf } from './shelf.ts'
import { saveSection, saveSegment } from './store.ts'

export type KeepProblem = 'disk-full' | 'storage'

type Needs = { pg: Postgres; shelf: Shelf; log: Logger; showId: string }

/** Segments that may wait for a slow disk or database: 20 s of video, 10 MB. */
const waitingMax = 10

/** Writes what the tape of one show brings, in order: the file first, then the row that names it. */
export class Keeper {
  problem: KeepProblem | undefined
  /** Off: the tape runs for those who watch it, and nothing is kept. */
  keeps = false
  readonly #needs: Needs
  #section: Section | undefined
  #saved: number | undefined
  #writing: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(needs: Needs) {
    this.#needs = needs
  }

  section(section: Section): void {
    this.#section = section
  }

  segment(segment: Segment): void {
    const section = this.#section
    if (!this.keeps || !section) return
    if (this.#waiting >= waitingMax) {
      this.#fails('storage', 'segments are not kept: writing them takes too long')
      return
    }
    this.#waiting += 1
    this.#writing = this.#writing
      .then(() => this.#write(section, segment))
      .catch((err: unknown) => this.#fails(isFull(err) ? 'disk-full' : 'storage', err))
      .finally(() => {
        this.#waiting -= 1
      })
  }

  /** Everything that was told is written, or failed. */
  done(): Promise<void> {
    return this.#writing
  }

  async #write(section: Section, segment: Segment): Promise<void> {
    const { pg, shelf, showId } = this.#needs
    if (!this.keeps) return
    if (!(await shelf.disk.hasRoom())) {
      return this.#fails('disk-full', 'the disk has less room than RECORD_FREE_MB')
    }
    const bytes = Buffer.concat(segment.parts.map((part) => part.bytes))
    await shelf.disk.put(showId, segment.n, bytes)
    if (this.#saved !== section.n) await saveSection(pg.db, showId, section)
    this.#saved = section.n
    const wanted = await saveSegment(pg.rest, {
      showId,
      n: segment.n,
      section: segment.section,
      at: new Date(Math.round(segment.atMs)),
      durationMs: segment.durationS * 1_000,
      bytes: bytes.length,
      place: await shelf.disk.place,
    })
    if (!wanted) await shelf.disk.remove(showId, segment.n)
    this.problem = undefined
  }

  #fails(problem: KeepProblem, err: unknown): void {
    const { log, showId } = this.#needs
    if (this.problem !== problem) log.warn({ err, show: showId, problem }, 'a segment is not kept')
    this.problem = problem
  }
}
