import { catchUpBytesMax, catchUpEventsMax } from '../../shared/limits.ts'
import type { Event, Snapshot, You } from '../../shared/wire/events.ts'
import { Refusal } from '../base/refusal.ts'
import type { Feed } from '../events/feed.ts'
import type { Appended } from '../events/log.ts'
import { asSeenBy } from '../events/read.ts'
import type { Relay } from '../events/relay.ts'
import { writeOnce } from './encoder.ts'
import type { Line } from './gateway.ts'
import { type Member, Room } from './room.ts'
import { lagBytes, unread } from './unread.ts'

/**
 * A cached snapshot serves those who join within this time: a storm of joins costs a few readings.
 * Not longer, because numbers that are no events (what is left, hearts) are as old as it is.
 */
const snapshotMs = 250
/** From here on a room's rhythm is worth gathering for. */
const gatherFromMs = 10
/** When whoever has not read what waits for it may ask for a state again. */
const readFirstMs = 1_000
/** Shows that one socket is in at a time: more than anybody watches, and each room costs its node work. */
const showsMax = 20

export type Snap = { seq: number; snapshot: Snapshot }
export type Joined = {
  seq: number
  serverTime: number
  you: You
  snapshot?: Snapshot
  events: Event[]
}

type Needs = {
  relay: Relay
  now(): number
  /** The state of a show and the seq that it is exactly the state at: one statement. */
  readSnapshot(showId: string): Promise<Snap>
  readYou(showId: string, accountId: string): Promise<You>
  /** Events after a seq, one more than may be told, for those whom this node's ring does not reach. */
  readEvents(showId: string, after: number): Promise<Appended[]>
}

/** A show with somebody in it on this node, or on the way in. */
type Opened = {
  room: Room
  release(): void
  coming: number
  snap: Promise<Snap> | undefined
  snapAt: number
}

type Visit = { tries: number }

const isStaff = (you: You) =>
  you.role === 'host' || you.role === 'moderator' || you.role === 'admin'

/** Who is in which show on this node, and what they are told when they come and when they fall behind. */
export class Audience {
  readonly #needs: Needs
  readonly #opening = new Map<string, Promise<Opened>>()
  readonly #open = new Map<string, Opened>()
  readonly #showsOf = new Map<string, readonly string[]>()
  /** How often each line tries at the same time to enter each show, for as long as it has not left meanwhile. */
  readonly #coming = new Map<string, Visit>()

  constructor(needs: Needs) {
    this.#needs = needs
    needs.relay.onEvents((events, showId) => this.#open.get(showId)?.room.push(events))
  }

  /**
   * Enters a show. Between reading the state and entering nothing is missed: what was delivered
   * meanwhile is in `events`, everything later comes as `show:events`.
   */
  async join(line: Line, showId: string, after: number | undefined): Promise<Joined> {
    this.#mustHaveRoom(line, showId)
    mustRead(line)
    const way = wayOf(line, showId)
    const visit = this.#coming.get(way) ?? { tries: 0 }
    visit.tries += 1
    this.#coming.set(way, visit)
    try {
      const opened = await this.#openShow(showId)
      opened.coming += 1
      try {
        return await this.#letIn(opened, line, visit, after)
      } finally {
        opened.coming -= 1
        this.#closeIfEmpty(showId)
      }
    } finally {
      visit.tries -= 1
      if (visit.tries === 0 && this.#coming.get(way) === visit) this.#coming.delete(way)
    }
  }

  async #letIn(
    opened: Opened,
    line: Line,
    visit: Visit,
    after: number | undefined,
  ): Promise<Joined> {
    const { feed, showId } = opened.room
    const missed = after === undefined ? undefined : await this.#missed(feed, after)
    const snap = missed ? undefined : await this.#snapshot(opened)
    const you = await this.#youIn(feed, line.who.accountId)
    // From here to the answer is one turn of the loop.
    const from = snap?.seq ?? missed?.at(-1)?.seq ?? (after as number)
    const told = [...(missed ?? []), ...(feed.since(from) ?? [])]
    const events = told.map((e) => asSeenBy(e, isStaff(you)))
    const seq = Math.max(from, feed.delivered)
    this.#mustHaveRoom(line, showId)
    mustRead(line)
    const stays = line.socket.connected && this.#coming.get(wayOf(line, showId)) === visit
    if (stays) this.#enter(opened, line, you, seq)
    const joined = { seq, serverTime: this.#needs.now(), you, events }
    return snap ? { ...joined, snapshot: snap.snapshot } : joined
  }

  /**
   * Who somebody is here. What the log tells of them while that is read (banned, staff no more) finds nobody
   * of theirs in the room yet: then it is read again.
   */
  async #youIn(feed: Feed, accountId: string): Promise<You> {
    for (;;) {
      const { delivered } = feed
      const you = await this.#needs.readYou(feed.showId, accountId)
      const meanwhile = feed.since(delivered)
      if (meanwhile?.every(({ staff }) => staff?.['accountId'] !== accountId)) return you
    }
  }

  leave(line: Line, showId: string): void {
    this.#coming.delete(wayOf(line, showId))
    this.#showsOf.set(line.id, this.#showsBut(line, showId))
    this.#open.get(showId)?.room.remove(line.id)
    this.#closeIfEmpty(showId)
  }

  drop(line: Line): void {
    for (const showId of this.#showsOf.get(line.id) ?? []) this.leave(line, showId)
    this.#showsOf.delete(line.id)
  }

  /** Staff see more: from now on, by what the log says of them. */
  setStaff(showId: string, accountId: string, staff: boolean): void {
    this.#open.get(showId)?.room.setStaff(accountId, staff)
  }

  /** What is on the air changed, which is no event: the next who joins needs a new reading. */
  renew(showId: string): void {
    const opened = this.#open.get(showId)
    if (opened) opened.snap = undefined
  }

  rooms(): Room[] {
    return [...this.#open.values()].map(({ room }) => room)
  }

  room(showId: string): Room | undefined {
    return this.#open.get(showId)?.room
  }

  /**
   * How long words may gather before they are decided together: what thousands are told every 45 ms needs
   * no commit of its own every 5. Exactly the rhythm of the slowest room, whose ticks then follow the commits:
   * nobody's words wait for both. Small rooms are told at once.
   */
  gatherMs(): number {
    const slowest = Math.max(0, ...this.rooms().map(({ rhythmMs }) => rhythmMs))
    return slowest > gatherFromMs ? slowest : 0
  }

  /** Who leaves something unread, and how much of it waits here: what the kernel took is not counted. */
  unread(): { viewers: number; bytes: number } {
    const waiting = this.rooms()
      .flatMap(({ members }) => members.map(unread))
      .filter((bytes) => bytes > 0)
    return { viewers: waiting.length, bytes: waiting.reduce((sum, bytes) => sum + bytes, 0) }
  }

  isIn(line: Line, showId: string): boolean {
    return this.#showsOf.get(line.id)?.includes(showId) ?? false
  }

  close(): void {
    for (const { room, release } of this.#open.values()) {
      room.close()
      release()
    }
    this.#open.clear()
    this.#opening.clear()
  }

  #mustHaveRoom(line: Line, showId: string): void {
    const shows = this.#showsOf.get(line.id)
    if (!shows || shows.length < showsMax || shows.includes(showId)) return
    throw new Refusal('CONFLICT', `You are in ${showsMax} shows. Leave one first.`)
  }

  #showsBut(line: Line, showId: string): string[] {
    return (this.#showsOf.get(line.id) ?? []).filter((one) => one !== showId)
  }

  async #openShow(showId: string): Promise<Opened> {
    const opening = this.#opening.get(showId) ?? this.#begin(showId)
    this.#opening.set(showId, opening)
    try {
      return await opening
    } catch (error) {
      this.#opening.delete(showId)
      throw error
    }
  }

  async #begin(showId: string): Promise<Opened> {
    const { feed, release } = await this.#needs.relay.follow(showId)
    const room = new Room({ showId, feed, reset: (member) => this.#reset(showId, member) })
    const opened: Opened = { room, release, coming: 0, snap: undefined, snapAt: 0 }
    this.#open.set(showId, opened)
    return opened
  }

  #closeIfEmpty(showId: string): void {
    const opened = this.#open.get(showId)
    if (!opened || opened.coming > 0 || opened.room.members.length > 0) return
    this.#open.delete(showId)
    this.#opening.delete(showId)
    opened.room.close()
    opened.release()
  }

  #enter(opened: Opened, line: Line, you: You, seq: number): void {
    const { showId } = opened.room
    const { socket, conn, net, fd, who } = line
    const member = {
      socket,
      conn,
      net,
      fd,
      accountId: who.accountId,
      staff: isStaff(you),
      seq,
      laggingSince: undefined,
      skipped: false,
      resetting: false,
    }
    opened.room.add(member)
    this.#showsOf.set(line.id, [...this.#showsBut(line, showId), showId])
  }

  /** One reading serves all who join at the same time, and those shortly after. */
  #snapshot(opened: Opened): Promise<Snap> {
    const now = performance.now()
    if (opened.snap && now - opened.snapAt < snapshotMs) return opened.snap
    const reading = this.#needs.readSnapshot(opened.room.showId).then((snap) => {
      writeOnce(snap.snapshot)
      return snap
    })
    opened.snap = reading
    opened.snapAt = now
    reading.catch(() => {
      opened.snap = undefined
    })
    return reading
  }

  /** What somebody missed since `after`; undefined when a snapshot is the shorter way. */
  async #missed(feed: Feed, after: number): Promise<Appended[] | undefined> {
    const missed = feed.since(after) ?? (await this.#needs.readEvents(feed.showId, after))
    const isAhead = after > feed.delivered && missed.length === 0
    if (isAhead || missed.length > catchUpEventsMax || bytesOf(missed) > catchUpBytesMax)
      return undefined
    return missed
  }

  async #reset(showId: string, member: Member): Promise<void> {
    const { seq, snapshot } = await this.#needs.readSnapshot(showId)
    const you = await this.#needs.readYou(showId, member.accountId)
    const serverTime = this.#needs.now()
    member.socket.emit('show:reset', { showId, seq, serverTime, you, snapshot })
    member.seq = Math.max(member.seq, seq)
  }
}

const wayOf = (line: Line, showId: string) => `${line.id} ${showId}`

/** A state is the longest answer there is: asked for again and again it is what one reader leaves unread. */
function mustRead(line: Line): void {
  if (unread(line) <= lagBytes) return
  const retryAfterMs = readFirstMs
  throw new Refusal('RATE_LIMITED', 'Read first what you were told already.', { retryAfterMs })
}

function bytesOf(events: Appended[]): number {
  return events.reduce((sum, e) => sum + JSON.stringify(e.staff ?? e.body ?? '').length + 100, 0)
}
