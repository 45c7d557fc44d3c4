import type { Socket as NetSocket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import type { Socket } from 'socket.io'
import type { Feed } from '../events/feed.ts'
import type { Appended } from '../events/log.ts'
import { asSeenBy } from '../events/read.ts'
import { encodeFrame, type Frame } from './frame.ts'

/** Sockets written to in one turn of the loop, so that holds and acks are not kept waiting. */
const perTurn = 500
/** Bytes that may wait in a viewer's socket before it is skipped. */
const lagBytes = 128 * 1024
/** A viewer that reads nothing for this long is let go. */
const lagMs = 20_000
/** A busy room ticks between these; fan-out may take at most 30 % of the loop. */
const tickMsMin = 10
const tickMsMax = 100
const loopShare = 0.3

/** Money or law depends on these: they flush at the shortest tick, with whatever is queued before. */
const urgent = new Set([
  'product.pinned',
  'product.unpinned',
  'product.pulled',
  'sale.started',
  'sale.ended',
  'stock.sold-out',
  'viewer.muted',
  'viewer.banned',
  'show.ended',
  'show.interrupted',
  'show.resumed',
])

export type Member = {
  socket: Socket
  net: NetSocket
  accountId: string
  staff: boolean
  /** The last seq that was written to it. */
  seq: number
  laggingSince: number | undefined
}

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
  #queue: Appended[] = []
  #timer: NodeJS.Timeout | undefined
  #flushing = false
  #again = false
  #lastFlush = 0
  #costMs = 0

  constructor(needs: Needs) {
    this.#needs = needs
    this.showId = needs.showId
    this.feed = needs.feed
  }

  get members(): readonly Member[] {
    return this.#members
  }

  has(socketId: string): boolean {
    return this.#index.has(socketId)
  }

  add(member: Member): void {
    this.remove(member.socket.id)
    this.#index.set(member.socket.id, this.#members.length)
    this.#members.push(member)
  }

  /** Swap with the last: the array stays dense, which is what makes a tick cheap. */
  remove(socketId: string): void {
    const at = this.#index.get(socketId)
    if (at === undefined) return
    this.#index.delete(socketId)
    const last = this.#members.pop()
    if (last && last.socket.id !== socketId) {
      this.#members[at] = last
      this.#index.set(last.socket.id, at)
    }
  }

  /** Queues what the feed delivered and plans the tick. */
  push(events: Appended[]): void {
    this.#queue.push(...events)
    this.#plan(events.some((e) => urgent.has(e.type)))
  }

  /** One unordered frame for everybody: numbers that only matter as of now. */
  async broadcast(event: string, payload: unknown): Promise<void> {
    const frame = encodeFrame(event, payload)
    await this.#each((member) => {
      if (this.#mayWrite(member)) write(member, frame)
    })
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#members.length = 0
    this.#index.clear()
  }

  #plan(now: boolean): void {
    if (this.#timer && !now) return
    clearTimeout(this.#timer)
    const interval = now ? tickMsMin : this.#tickMs()
    const wait = Math.max(0, this.#lastFlush + interval - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#flush()
    }, wait)
  }

  #tickMs(): number {
    const byAudience = this.#members.length / 20
    return Math.min(tickMsMax, Math.max(tickMsMin, byAudience, this.#costMs / loopShare))
  }

  async #flush(): Promise<void> {
    if (this.#flushing) {
      this.#again = true
      return
    }
    const events = this.#queue
    if (events.length === 0) return
    this.#queue = []
    this.#flushing = true
    this.#lastFlush = performance.now()
    const shared = {
      people: frameOf(this.showId, events, false),
      staff: frameOf(this.showId, events, true),
    }
    await this.#each((member) =>
      this.#tell(member, events, member.staff ? shared.staff : shared.people),
    )
    this.#costMs = 0.8 * this.#costMs + 0.2 * (performance.now() - this.#lastFlush)
    this.#flushing = false
    if (this.#again || this.#queue.length > 0) {
      this.#again = false
      this.#plan(false)
    }
  }

  /** Over a copy, because people come and go between the turns. */
  async #each(act: (member: Member) => void): Promise<void> {
    const members = this.#members.length > perTurn ? [...this.#members] : this.#members
    for (let from = 0; from < members.length; from += perTurn) {
      if (from > 0) await turn()
      const end = Math.min(from + perTurn, members.length)
      for (let i = from; i < end; i++) {
        const member = members[i]
        if (member && this.#index.has(member.socket.id)) act(member)
      }
    }
  }

  #tell(member: Member, events: Appended[], frame: Frame): void {
    const first = events[0]?.seq ?? 0
    const last = events.at(-1)?.seq ?? 0
    if (member.seq >= last || !this.#mayWrite(member)) return
    if (member.seq === first - 1) write(member, frame)
    else {
      const rest = this.feed.since(member.seq)?.filter((e) => e.seq <= last)
      if (!rest) {
        this.#recover(member)
        return
      }
      write(member, frameOf(this.showId, rest, member.staff))
    }
    member.seq = last
  }

  /** Skips who does not read; sends a snapshot when they do again; lets go at the bound. */
  #mayWrite(member: Member): boolean {
    const waiting = member.net.writableLength
    if (member.laggingSince === undefined) {
      if (waiting <= lagBytes) return true
      member.laggingSince = performance.now()
      return false
    }
    if (performance.now() - member.laggingSince > lagMs) {
      member.socket.disconnect(true)
      return false
    }
    if (waiting > 0) return false
    member.laggingSince = undefined
    if (member.seq < this.feed.delivered && this.feed.since(member.seq) === undefined) {
      this.#recover(member)
      return false
    }
    return true
  }

  #recover(member: Member): void {
    this.#needs.reset(member).catch(() => member.socket.disconnect(true))
  }
}

function frameOf(showId: string, events: Appended[], staff: boolean): Frame {
  return encodeFrame('show:events', {
    showId,
    from: events[0]?.seq,
    to: events.at(-1)?.seq,
    events: events.map((e) => asSeenBy(e, staff)),
  })
}

function write(member: Member, frame: Frame): void {
  const { conn } = member.socket
  if (conn.readyState === 'open') conn.write(frame.packet, frame.options as never)
}
