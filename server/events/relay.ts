import { setTimeout as pause } from 'node:timers/promises'
import type { Producer } from '../../shared/wire/events.ts'
import { newId } from '../base/ids.ts'
import type { Logger } from '../base/log.ts'
import { notFound } from '../base/refusal.ts'
import type { Sql } from '../store/postgres.ts'
import type { RedisFloor } from '../store/redis.ts'
import { Feed } from './feed.ts'
import type { Appended, Notice } from './log.ts'
import { readEvents, readHeads } from './read.ts'

/** A batch whose node died between commit and publish is found by this. */
const headsMs = 500
/** The same while Redis carries nothing. */
const headsWithoutRedisMs = 100
/** A show that nobody here watches any more is followed a little longer: reloads are common. */
const lingerMs = 10_000
/** Redis confirms a subscription in this time, or a newcomer goes on without it. */
const subscribeMs = 300

const channelOf = (showId: string) => `vitrine:show:${showId}`
const peopleChannel = 'vitrine:people'

type Parcel = { node: string; events: Appended[] }
type Mail = { node: string; notices: Notice[]; signal?: Signal }
/** What a process tells the others outside any show's log. */
export type Signal =
  | { about: 'session'; sessionId: string }
  | {
      about: 'media'
      showId: string
      producers: Producer[]
      /** Where they come in, when that is known. */
      origin?: { node: string; address: string; epoch: number }
    }
  /** A show's picture comes from that node now, whoever had it before. */
  | { about: 'air'; showId: string; node: string; epoch: number }
  /** A show's stream key is another one, or gone. */
  | { about: 'stream-key'; showId: string }

type Needs = {
  sql: Sql
  redis: RedisFloor
  log: Logger
  /** For tests: sees each parcel from another node before it is taken, and may hold it back. */
  onParcel?: (showId: string, take: () => void) => void
}

type Followed = {
  feed: Promise<Feed>
  ready: Feed | undefined
  users: number
  linger?: NodeJS.Timeout
}

/**
 * Carries what was committed to the ears of this node and of the others. Redis is only the fast
 * way: heads are read twice a second, so nothing is lost when it, or the writer, dies.
 */
export class Relay {
  readonly #needs: Needs
  readonly #node = newId()
  /** How what this node publishes begins. */
  readonly #ownHead = `{"node":"${this.#node}",`
  readonly #followed = new Map<string, Followed>()
  readonly #ears: ((events: Appended[], showId: string) => void)[] = []
  readonly #noticeEars: ((notice: Notice) => void)[] = []
  readonly #signalEars: ((signal: Signal) => void)[] = []
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(needs: Needs) {
    this.#needs = needs
    const { redis } = needs
    redis.onMessage((channel, text) => this.#hear(channel, text))
    redis.subscribe(peopleChannel).catch((err) => needs.log.warn({ err }, 'cannot listen yet'))
    this.#watchHeads()
  }

  get node(): string {
    return this.#node
  }

  /** Hears every event of every followed show, in order, once. */
  onEvents(ear: (events: Appended[], showId: string) => void): void {
    this.#ears.push(ear)
  }

  onNotice(ear: (notice: Notice) => void): void {
    this.#noticeEars.push(ear)
  }

  onSignal(ear: (signal: Signal) => void): void {
    this.#signalEars.push(ear)
  }

  /** What this process has just committed. */
  tell(events: Appended[], notices: Notice[]): void {
    for (const [showId, own] of Map.groupBy(events, (e) => e.showId)) {
      this.#followed.get(showId)?.ready?.offer(own)
      this.#publish(channelOf(showId), { node: this.#node, events: own } satisfies Parcel)
    }
    if (notices.length === 0) return
    for (const notice of notices) for (const ear of this.#noticeEars) ear(notice)
    this.#publish(peopleChannel, { node: this.#node, notices } satisfies Mail)
  }

  signal(signal: Signal): void {
    for (const ear of this.#signalEars) ear(signal)
    this.#publish(peopleChannel, { node: this.#node, notices: [], signal } satisfies Mail)
  }

  /**
   * Follows a show while somebody here needs it. Call the answer's `release` once.
   * Rejects when Postgres cannot say where the log stands.
   */
  async follow(showId: string): Promise<{ feed: Feed; release(): void }> {
    const followed = this.#followed.get(showId) ?? this.#begin(showId)
    followed.users += 1
    clearTimeout(followed.linger)
    let released = false
    const release = () => {
      if (released) return
      released = true
      followed.users -= 1
      if (followed.users > 0 || this.#followed.get(showId) !== followed) return
      followed.linger = setTimeout(() => this.#end(showId), lingerMs)
    }
    try {
      return { feed: await followed.feed, release }
    } catch (error) {
      release()
      throw error
    }
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    for (const showId of [...this.#followed.keys()]) this.#end(showId)
  }

  #begin(showId: string): Followed {
    const followed: Followed = { feed: this.#open(showId), ready: undefined, users: 0 }
    this.#followed.set(showId, followed)
    followed.feed.then(
      (feed) => {
        followed.ready = feed
      },
      // What could not be opened is not lingered over: who comes next opens another.
      () => this.#end(showId),
    )
    return followed
  }

  async #open(showId: string): Promise<Feed> {
    const { sql, redis, log } = this.#needs
    // Subscribed before the head is read: what is committed in between comes one way or the other.
    // Nobody waits long for Redis: the heads are read anyway.
    const subscribed = redis.subscribe(channelOf(showId)).catch(() => undefined)
    if (redis.isUp())
      await Promise.race([subscribed, pause(subscribeMs, undefined, { ref: false })])
    const from = (await readHeads(sql, [showId])).get(showId)
    if (from === undefined) throw notFound('show')
    return new Feed({
      showId,
      from,
      read: (after, upTo) => readEvents(sql, showId, after, upTo),
      deliver: (events) => {
        for (const ear of this.#ears) ear(events, showId)
      },
      failed: (err) => log.warn({ err, showId }, 'cannot read the log; trying again'),
    })
  }

  #end(showId: string): void {
    const followed = this.#followed.get(showId)
    if (!followed) return
    clearTimeout(followed.linger)
    this.#followed.delete(showId)
    followed.ready?.close()
    this.#needs.redis.unsubscribe(channelOf(showId)).catch(() => undefined)
  }

  #publish(channel: string, parcel: Parcel | Mail): void {
    // Lost when Redis is away: the other nodes find the events by their heads.
    this.#needs.redis.publish(channel, JSON.stringify(parcel)).catch(() => undefined)
  }

  #hear(channel: string, text: string): void {
    // Redis tells us our own words too, each batch of them: not worth reading.
    if (text.startsWith(this.#ownHead)) return
    const { events, notices, signal } = read(text)
    if (!events && !notices)
      this.#needs.log.warn({ channel }, 'somebody says what is no word of ours')
    if (channel === peopleChannel) {
      for (const notice of notices ?? []) for (const ear of this.#noticeEars) ear(notice)
      if (signal) for (const ear of this.#signalEars) ear(signal)
      return
    }
    const showId = events?.[0]?.showId
    if (!showId) return
    const take = () => this.#followed.get(showId)?.ready?.offer(events)
    if (this.#needs.onParcel) this.#needs.onParcel(showId, take)
    else take()
  }

  #watchHeads(): void {
    if (this.#closed) return
    const wait = this.#needs.redis.isUp() ? headsMs : headsWithoutRedisMs
    this.#timer = setTimeout(() => {
      void this.#readHeads().then(() => this.#watchHeads())
    }, wait)
    this.#timer.unref()
  }

  async #readHeads(): Promise<void> {
    const ids = [...this.#followed.keys()]
    if (ids.length === 0) return
    try {
      const heads = await readHeads(this.#needs.sql, ids)
      for (const [showId, seq] of heads) this.#followed.get(showId)?.ready?.headIs(seq)
    } catch (err) {
      this.#needs.log.warn({ err }, 'cannot read the heads; trying again')
    }
  }
}

/** Nothing of what it cannot read: no text that comes through Redis may end the process. */
function read(text: string): Partial<Parcel & Mail> {
  try {
    const { events, notices, signal } = JSON.parse(text) as Partial<Parcel & Mail>
    return {
      ...(areAll(events, isEvent) && { events }),
      ...(areAll(notices, isNotice) && { notices }),
      ...(typeof signal?.about === 'string' && { signal }),
    }
  } catch {
    return {}
  }
}

function areAll<T>(list: T[] | undefined, is: (one: T | null) => boolean): boolean {
  return Array.isArray(list) && list.every(is)
}
const isEvent = (one: Appended | null) =>
  typeof one?.showId === 'string' && typeof one.seq === 'number'
const isNotice = (one: Notice | null) => typeof one?.accountId === 'string'
