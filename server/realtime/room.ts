import { setImmediate as turn } from 'node:timers/promises'
import type { Feed } from '../events/feed.ts'
import type { Appended } from '../events/log.ts'
import { encodeFrame, type Frame, joined, writeFrame } from './frame.ts'
import { type Parcel, parcelsOf } from './parcel.ts'
import { cut, lagBytes, unread } from './unread.ts'
import type { Wire } from './wire.ts'

/** Sockets written to in one turn of the loop, so that holds and acks are not kept waiting. */
const perTurn = 500
/** Those who were skipped are looked at again this often. */
const lagLookMs = 100
/** A viewer that reads nothing for this long is let go. */
const lagMs = 20_000
/** A busy room ticks between these, the slower the more there are to write to. */
const tickMsMin = 10
const tickMsMax = 100
/** A message waits for a tick, its commit and a pass: interleaved, 45 / 50 ms for 2,000, its p99 was 70 / 75 ms. */
const viewersPerMs = 44
/**
 * So many ticks' time numbers wait for one to leave with: words come with their commits, a little later than the
 * rhythm says. In a room of fifty numbers had left 25 times by themselves beside 80 ticks; now never. To 2,000 each
 * of these is 16 ms of the process.
 */
const riderRhythms = 1.25
/**
 * What fan-out may take of a core, and of the loop by the clock. The second is more, because the clock also
 * runs while others have the core: a room of 2,000 ticked at 100 ms on a busy machine that could do 50.
 */
const [coreShare, loopShare] = [0.3, 0.6]

/** Money or law depends on these: they flush at the shortest tick, with whatever is queued before.
 * Bids come with the room's rhythm: in a great room a hundred a second would be as many writes to everybody. */
const urgent = new Set([
  'product.pinned',
  'product.unpinned',
  'product.pulled',
  'sale.started',
  'sale.ended',
  'auction.opened',
  'auction.sold',
  'auction.ended',
  'giveaway.opened',
  'giveaway.ended',
  'stock.sold-out',
  'viewer.muted',
  'viewer.banned',
  'show.ended',
  'show.interrupted',
  'show.resumed',
])

export type Member = Wire & {
  /** How many had come before it. */
  no: number
  accountId: string
  staff: boolean
  /** The last seq that was written to it. */
  seq: number
  laggingSince: number | undefined
  /** It was passed over: events up to what the others know are still owed to it. */
  skipped: boolean
  /** A snapshot for it is being read. */
  resetting: boolean
}

/** Numbers that leave with the next tick, in the same write: a second one costs as much again. */
type Rider = { frame: Frame; but: ReadonlySet<Member>; came: number }

type Cost = { coreMs: number; loopMs: number }

type Needs = {
  showId: string
  feed: Feed
  /** Writes a fresh snapshot to a member that fell behind; sets its seq. */
  reset(member: Member): Promise<void>
}

/**
 * One show's audience on this node. Promises: each member gets every seq after the one it joined
 * at, in order, once; frames are encoded once per audience and tick; what one member leaves unread
 * is bounded, and costs the others nothing.
 */
export class Room {
  readonly showId: string
  readonly feed: Feed
  readonly #needs: Needs
  readonly #members: Member[] = []
  readonly #index = new Map<string, number>()
  #newcomers: Member[] = []
  #viewers: ReadonlySet<string> | undefined
  #came = 0
  #riders: Rider[] = []
  #queue: Appended[] = []
  #timer: NodeJS.Timeout | undefined
  #plannedAt = 0
  #flushing = false
  #lagTimer: NodeJS.Timeout | undefined
  #lastFlush = 0
  /** Not before this is a tick that nobody needs sooner. */
  #dueAt = 0
  /** What a tick takes of late. */
  #cost: Cost = { coreMs: 0, loopMs: 0 }

  constructor(needs: Needs) {
    this.#needs = needs
    this.showId = needs.showId
    this.feed = needs.feed
  }

  get members(): readonly Member[] {
    return this.#members
  }

  /** Different accounts, without the staff. The same set again for as long as it is the same people. */
  get viewers(): ReadonlySet<string> {
    this.#viewers ??= new Set(this.#members.filter((m) => !m.staff).map((m) => m.accountId))
    return this.#viewers
  }

  has(socketId: string): boolean {
    return this.#index.has(socketId)
  }

  add(newcomer: Omit<Member, 'no'>): void {
    const member = { ...newcomer, no: this.#came++ }
    this.remove(member.socket.id)
    this.#viewers = undefined
    this.#newcomers.push(member)
    this.#index.set(member.socket.id, this.#members.length)
    this.#members.push(member)
  }

  /** Swap with the last: the array stays dense, which is what makes a tick cheap. */
  remove(socketId: string): void {
    const at = this.#index.get(socketId)
    if (at === undefined) return
    this.#viewers = undefined
    this.#index.delete(socketId)
    const last = this.#members.pop()
    if (last && last.socket.id !== socketId) {
      this.#members[at] = last
      this.#index.set(last.socket.id, at)
    }
  }

  /** Staff see more: from now on. */
  setStaff(accountId: string, staff: boolean): void {
    this.#viewers = undefined
    for (const member of this.#members) if (member.accountId === accountId) member.staff = staff
  }

  /** How often this room is told what is not urgent. */
  get rhythmMs(): number {
    const { coreMs, loopMs } = this.#cost
    const bySize = this.#members.length / viewersPerMs
    const byCost = Math.max(coreMs / coreShare, loopMs / loopShare)
    return Math.min(tickMsMax, Math.max(tickMsMin, bySize, byCost))
  }

  get hasNewcomers(): boolean {
    return this.#newcomers.length > 0
  }

  /** Who has come since this was last asked: they have not heard any number yet. */
  takeNewcomers(): Member[] {
    const newcomers = this.#newcomers
    this.#newcomers = []
    return newcomers
  }

  /** Queues what the feed delivered and plans the tick. */
  push(events: Appended[]): void {
    this.#queue.push(...events)
    this.#planTick()
  }

  /** One unordered frame for everybody, at once. */
  async broadcast(event: string, payload: unknown): Promise<void> {
    const frame = encodeFrame(event, payload)
    await this.#each((member) => this.#offer(member, frame))
  }

  /**
   * Numbers that only matter as of now, for everybody who is here, but those who know them. They leave
   * with the next tick, or by themselves where none comes in its time; in the order in which this was called.
   */
  pulse(event: string, payload: unknown, but: ReadonlySet<Member>): void {
    this.#riders.push({ frame: encodeFrame(event, payload), but, came: this.#came })
    this.#planRiders()
  }

  /** The same for these alone, as far as they are still here. */
  async tell(members: readonly Member[], event: string, payload: unknown): Promise<void> {
    const frame = encodeFrame(event, payload)
    await this.#each((member) => {
      if (this.has(member.socket.id)) this.#offer(member, frame)
    }, members)
  }

  close(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#lagTimer)
    this.#members.length = 0
    this.#viewers = undefined
    this.#newcomers = []
    this.#index.clear()
  }

  #offer(member: Member, frame: Frame): void {
    if (this.#reads(member)) writeFrame(member, frame)
    else this.#comeBack()
  }

  #planTick(): void {
    const isUrgent = this.#queue.some(({ type }) => urgent.has(type))
    this.#plan(isUrgent ? this.#lastFlush + tickMsMin : this.#dueAt)
  }

  #planRiders(): void {
    this.#plan(performance.now() + Math.min(tickMsMax, this.rhythmMs * riderRhythms))
  }

  #plan(at: number): void {
    if (this.#timer && at >= this.#plannedAt) return
    clearTimeout(this.#timer)
    this.#plannedAt = at
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        void this.#flush()
      },
      Math.max(0, at - performance.now()),
    )
  }

  async #flush(): Promise<void> {
    if (this.#flushing) return
    this.#flushing = true
    if (this.#queue.length > 0) await this.#tellAll()
    else await this.#sendRiders()
    this.#flushing = false
    if (this.#queue.length > 0) this.#planTick()
    else if (this.#riders.length > 0) this.#planRiders()
  }

  async #tellAll(): Promise<void> {
    const events = this.#queue
    this.#queue = []
    this.#lastFlush = performance.now()
    this.#dueAt = dueAfter(this.#dueAt, this.#lastFlush, this.rhythmMs)
    const cost = { coreMs: 0, loopMs: 0 }
    const rider = this.#riders.shift()
    const parcels = [...parcelsOf(this.showId, events)]
    for (const [n, parcel] of parcels.entries()) {
      const last = n === parcels.length - 1 ? rider && withRider(parcel, rider) : undefined
      await this.#each((member) => this.#tell(member, parcel, last), this.members, cost)
    }
    this.#cost = {
      coreMs: 0.8 * this.#cost.coreMs + 0.2 * cost.coreMs,
      loopMs: 0.8 * this.#cost.loopMs + 0.2 * cost.loopMs,
    }
  }

  async #sendRiders(): Promise<void> {
    for (let rider = this.#riders.shift(); rider; rider = this.#riders.shift()) {
      const { frame, ...whose } = rider
      await this.#each((member) => {
        if (isFor(whose, member)) this.#offer(member, frame)
      })
    }
  }

  /**
   * From the last to the first: who leaves meanwhile is replaced by one that was told already. What it takes
   * is added to `cost`, without what others do between its turns.
   */
  async #each(act: (member: Member) => void, members = this.members, cost?: Cost): Promise<void> {
    for (let end = members.length; end > 0; end -= perTurn) {
      if (end < members.length) await turn()
      const [coreMs, loopMs] = [coreMsNow(), performance.now()]
      for (let i = end - 1; i >= Math.max(0, end - perTurn); i--) {
        const member = members[i]
        if (member) act(member)
      }
      if (!cost) continue
      cost.coreMs += coreMsNow() - coreMs
      cost.loopMs += performance.now() - loopMs
    }
  }

  #tell(member: Member, parcel: Parcel, full?: Full): void {
    const rider = full && isFor(full.rider, member) ? full.rider : undefined
    if (member.seq < parcel.to && !this.#reads(member)) return this.#skip(member)
    if (member.seq === parcel.from - 1) {
      const { people, staff } = rider && full ? full : parcel
      writeFrame(member, member.staff ? staff : people)
      member.seq = parcel.to
      return
    }
    if (member.seq < parcel.to) this.#catchUp(member)
    if (rider) this.#offer(member, rider.frame)
  }

  /** What a member missed: from the ring in parcels, or a snapshot where the ring does not reach. */
  #catchUp(member: Member): void {
    const missed = this.feed.since(member.seq)
    if (!missed) {
      this.#startAgain(member)
      return
    }
    for (const { to, people, staff } of parcelsOf(this.showId, missed)) {
      if (!this.#reads(member)) return this.#skip(member)
      writeFrame(member, member.staff ? staff : people)
      member.seq = to
    }
    member.skipped = false
  }

  /** One snapshot at a time; what was told meanwhile follows from the ring. */
  #startAgain(member: Member): void {
    if (member.resetting) return
    member.resetting = true
    this.#needs
      .reset(member)
      .then(
        () => this.#skip(member),
        () => cut(member),
      )
      .finally(() => {
        member.resetting = false
      })
  }

  #skip(member: Member): void {
    member.skipped = true
    this.#comeBack()
  }

  /** Is there room for more? Who reads nothing is skipped until all is read, and let go at the bound. */
  #reads(member: Member): boolean {
    const waiting = unread(member)
    if (member.laggingSince === undefined) {
      if (waiting <= lagBytes) return true
      member.laggingSince = performance.now()
      return false
    }
    if (waiting === 0) {
      member.laggingSince = undefined
      return true
    }
    if (performance.now() - member.laggingSince > lagMs) cut(member)
    return false
  }

  /** Looks again at those who were skipped, also when nothing more happens in the show. */
  #comeBack(): void {
    this.#lagTimer ??= setTimeout(() => {
      this.#lagTimer = undefined
      for (const member of this.#members.toReversed()) {
        if (member.laggingSince === undefined && !member.skipped) continue
        if (!this.#reads(member)) this.#comeBack()
        else if (member.skipped) this.#catchUp(member)
      }
    }, lagLookMs)
  }
}

/**
 * The rhythm on the average: the time that a tick was late is not waited again. Ticks follow the commits of words,
 * which keep the same rhythm: one late commit would else hold up every tick after it. On a busy machine words
 * of a room of fifty waited 8 to 22 ms between their commit and their tick, and now 1 (medians of 4 s each).
 */
export function dueAfter(dueAt: number, now: number, rhythmMs: number): number {
  return Math.min(now + rhythmMs, Math.max(dueAt + rhythmMs, now + tickMsMin))
}

/** CPU time of this thread so far. */
function coreMsNow(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

/** A parcel and what leaves with it. */
type Full = { people: Frame; staff: Frame; rider: Rider }

function withRider({ people, staff }: Parcel, rider: Rider): Full {
  const full = joined(people, rider.frame)
  return { people: full, staff: staff === people ? full : joined(staff, rider.frame), rider }
}

/** Who came since has newer numbers already. */
const isFor = ({ but, came }: Omit<Rider, 'frame'>, member: Member) =>
  member.no < came && !but.has(member)
