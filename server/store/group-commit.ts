import { within } from '../base/deadline.ts'
import { Refusal, unavailable } from '../base/refusal.ts'
import { asRefusal, isAway, postgresState } from './postgres.ts'

/** Entries that wait at most: about half a second of work; beyond it people are told at once. */
const queueMax = 20_000
/** Entries of one call if nothing else is said: about 20 ms in Postgres, so that nothing else waits long behind it. */
const batchMax = 1_000
/** Two calls at once keep Postgres busy while Node prepares; more only wait for the same row. */
const inFlightMax = 2
/** From asking to an answer. Below the doors' own deadline of 5 s. */
const deadlineMs = 4_500
/** A call that has not answered by then is unknown: a little above Postgres' statement_timeout. */
const callMs = 4_200
/** A batch whose outcome is unknown is sent again this often; its keys make that safe. */
const attemptsMax = 3
/** Two batches used one key at the same moment: the whole batch again, it then sees the other's row. */
const keyRaceState = 'P0409'

type Entry<Ask, Answer> = {
  ask: Ask
  same: string
  bornAt: number
  resolve(answer: Answer): void
  reject(error: unknown): void
}

type Settings<Ask, Answer> = {
  /** Things that may stand once in a batch: a second one waits for the next batch. */
  slots(ask: Ask): readonly string[]
  /** Equal repeats share one promise. */
  same(ask: Ask): string
  /** Entries of one call at most, where one takes longer than most. */
  most?: number
  /** From the beginning of one call to the next at least, where nobody needs the answer sooner; 0 if not given. */
  gatherMs?(): number
  /** Decides a whole batch in one call; answers in the order asked. */
  run(asks: Ask[]): Promise<readonly (Answer | Refusal)[]>
}

/**
 * Collects requests for a moment (`setImmediate`) and decides them by one call: group commit.
 * Promises: answers are given once; a full queue refuses at once with UNAVAILABLE; an entry that
 * Postgres cannot take fails alone, its neighbours are decided.
 */
export class GroupCommit<Ask, Answer> {
  readonly #settings: Settings<Ask, Answer>
  readonly #joined = new Map<string, Promise<Answer>>()
  #waiting: Entry<Ask, Answer>[] = []
  #inFlight = 0
  #armed = false
  #lastAt = Number.NEGATIVE_INFINITY
  #closed = false
  #idle: (() => void) | undefined

  constructor(settings: Settings<Ask, Answer>) {
    this.#settings = settings
  }

  get waiting(): number {
    return this.#waiting.length
  }

  ask(ask: Ask): Promise<Answer> {
    const same = this.#settings.same(ask)
    const running = this.#joined.get(same)
    if (running) return running
    if (this.#closed || this.#waiting.length >= queueMax) return Promise.reject(unavailable(500))
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    this.#waiting.push({ ask, same, bornAt: performance.now(), resolve, reject })
    this.#joined.set(same, promise)
    this.#arm()
    return promise
  }

  /** Takes nothing new, decides what is waiting, then resolves. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#waiting.length === 0 && this.#inFlight === 0) return
    await new Promise<void>((resolve) => {
      this.#idle = resolve
    })
  }

  #arm(): void {
    if (this.#armed || this.#inFlight >= inFlightMax) return
    this.#armed = true
    const pump = () => {
      this.#armed = false
      this.#pump()
    }
    const wait = this.#gatherMs()
    if (wait > 0) setTimeout(pump, wait)
    else setImmediate(pump)
  }

  /** How long the next batch still gathers. */
  #gatherMs(): number {
    const { gatherMs } = this.#settings
    return gatherMs && !this.#closed ? this.#lastAt + gatherMs() - performance.now() : 0
  }

  #pump(): void {
    while (this.#waiting.length > 0 && this.#inFlight < inFlightMax) {
      const batch = this.#nextBatch()
      if (batch.length === 0) continue
      this.#inFlight += 1
      this.#lastAt = performance.now()
      void this.#decide(batch, 1).finally(() => {
        this.#inFlight -= 1
        if (this.#waiting.length > 0 && this.#gatherMs() > 0) this.#arm()
        else this.#pump()
      })
    }
    if (this.#waiting.length === 0 && this.#inFlight === 0) this.#idle?.()
  }

  /** The oldest first; whoever asked too long ago is among them. */
  #nextBatch(): Entry<Ask, Answer>[] {
    const taken = new Set<string>()
    const batch: Entry<Ask, Answer>[] = []
    const later: Entry<Ask, Answer>[] = []
    const { most = batchMax, slots } = this.#settings
    const tooOld = performance.now() - deadlineMs
    let seen = 0
    for (const entry of this.#waiting) {
      if (batch.length === most) break
      seen += 1
      if (entry.bornAt < tooOld) {
        this.#refuse(entry, unavailable(500))
        continue
      }
      const mine = slots(entry.ask)
      if (mine.some((slot) => taken.has(slot))) {
        later.push(entry)
        continue
      }
      for (const slot of mine) taken.add(slot)
      batch.push(entry)
    }
    this.#waiting = later.concat(this.#waiting.slice(seen))
    return batch
  }

  async #decide(batch: Entry<Ask, Answer>[], attempt: number): Promise<void> {
    try {
      const call = this.#settings.run(batch.map((e) => e.ask))
      const answers = await within(callMs, call, () => unavailable(500))
      for (const [i, entry] of batch.entries()) {
        const answer = answers[i]
        if (answer instanceof Refusal) this.#refuse(entry, answer)
        else {
          this.#joined.delete(entry.same)
          entry.resolve(answer as Answer)
        }
      }
    } catch (error) {
      await this.#recover(batch, attempt, error)
    }
  }

  #refuse(entry: Entry<Ask, Answer>, error: unknown): void {
    this.#joined.delete(entry.same)
    entry.reject(error)
  }

  /** Unknown outcome: again, unchanged. Bad data: in halves, so that nobody fails for a neighbour. */
  async #recover(batch: Entry<Ask, Answer>[], attempt: number, error: unknown): Promise<void> {
    const oldest = Math.min(...batch.map((e) => e.bornAt))
    const inTimeStill = performance.now() - oldest < deadlineMs
    const again = isAway(error) || postgresState(error) === keyRaceState
    if (again && attempt < attemptsMax && inTimeStill) return this.#decide(batch, attempt + 1)
    if (!again && batch.length > 1 && isAboutData(error)) {
      const middle = batch.length >> 1
      await this.#decide(batch.slice(0, middle), 1)
      return this.#decide(batch.slice(middle), 1)
    }
    const told = again ? unavailable(500, error) : asRefusal(error)
    for (const entry of batch) this.#refuse(entry, told)
  }
}

/** SQLSTATE classes 22 (data), 23 (constraints) and P0 (raised): one entry's fault, not the server's. */
function isAboutData(error: unknown): boolean {
  const state = postgresState(error)
  return state !== undefined && /^(22|23|P0|VT)/.test(state)
}
