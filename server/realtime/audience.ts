import { catchUpBytesMax, catchUpEventsMax } from '../../shared/limits.ts'
import type { Event, Snapshot, You } from '../../shared/wire/events.ts'
import type { Logger } from '../base/log.ts'
import type { Feed } from '../events/feed.ts'
import type { Appended } from '../events/log.ts'
import { asSeenBy } from '../events/read.ts'
import type { Relay } from '../events/relay.ts'
import type { Line } from './gateway.ts'
import { type Member, Room } from './room.ts'

/** A cached snapshot serves joins while at most this many events follow it. */
const snapshotAgeMax = 200

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
  log: Logger
  now(): number
  /** The state of a show and the seq that it is exactly the state at: one statement. */
  readSnapshot(showId: string): Promise<Snap>
  readYou(showId: string, accountId: string): Promise<You>
}

type Opened = { room: Room; release(): void; snap: Promise<Snap> | undefined; snapSeq: number }

export type Audience = ReturnType<typeof createAudience>

const isStaff = (you: You) => ['host', 'moderator', 'admin'].includes(you.role)

/** Who is in which show on this node, and what they are told when they come and when they fall behind. */
export function createAudience(needs: Needs) {
  const { relay } = needs
  const opened = new Map<string, Promise<Opened>>()
  const ready = new Map<string, Opened>()
  const whereIs = new Map<string, Set<string>>()

  relay.onEvents((events, showId) => {
    ready.get(showId)?.room.push(events)
  })

  async function open(showId: string): Promise<Opened> {
    const found = opened.get(showId)
    if (found) return found
    const opening = begin(showId)
    opened.set(showId, opening)
    try {
      return await opening
    } catch (error) {
      opened.delete(showId)
      throw error
    }
  }

  async function begin(showId: string): Promise<Opened> {
    const { feed, release } = await relay.follow(showId)
    const room = new Room({ showId, feed, reset: (member) => reset(showId, member) })
    const entry: Opened = { room, release, snap: undefined, snapSeq: 0 }
    ready.set(showId, entry)
    return entry
  }

  function closeIfEmpty(showId: string): void {
    const entry = ready.get(showId)
    if (!entry || entry.room.members.length > 0) return
    ready.delete(showId)
    opened.delete(showId)
    entry.room.close()
    entry.release()
  }

  /** One reading serves all who join at the same time, and those shortly after. */
  async function snapshotOf(entry: Opened): Promise<Snap> {
    const { feed, showId } = entry.room
    const fresh = entry.snap && feed.delivered - entry.snapSeq <= snapshotAgeMax
    if (fresh && feed.since(entry.snapSeq)) return entry.snap as Promise<Snap>
    entry.snapSeq = feed.delivered
    const reading = needs.readSnapshot(showId)
    entry.snap = reading
    reading.then(
      (snap) => {
        entry.snapSeq = snap.seq
      },
      () => {
        entry.snap = undefined
      },
    )
    return reading
  }

  async function reset(showId: string, member: Member): Promise<void> {
    const entry = ready.get(showId)
    if (!entry) return
    const { seq, snapshot } = await needs.readSnapshot(showId)
    const you = await needs.readYou(showId, member.accountId)
    member.socket.emit('show:reset', { showId, seq, serverTime: needs.now(), you, snapshot })
    member.seq = Math.max(member.seq, seq)
  }

  function enter(entry: Opened, line: Line, you: You, seq: number): void {
    entry.room.add({
      socket: line.socket,
      net: line.net,
      accountId: line.who.accountId,
      staff: isStaff(you),
      seq,
      laggingSince: undefined,
    })
    const rooms = whereIs.get(line.id) ?? new Set()
    whereIs.set(line.id, rooms.add(entry.room.showId))
  }

  return {
    /**
     * Enters a show. Between reading the state and entering nothing is missed: what was delivered
     * meanwhile is in `events`, everything later comes as `show:events`.
     */
    async join(line: Line, showId: string, after: number | undefined): Promise<Joined> {
      const entry = await open(showId)
      const { feed } = entry.room
      try {
        const snap = canResume(feed, after) ? undefined : await snapshotOf(entry)
        const you = await needs.readYou(showId, line.who.accountId)
        if (line.socket.disconnected) throw new Error('the socket has left')
        // From here to the answer is one turn of the loop.
        const from = snap?.seq ?? (after as number)
        const missed = (feed.since(from) ?? []).map((e) => asSeenBy(e, isStaff(you)))
        const seq = Math.max(from, feed.delivered)
        enter(entry, line, you, seq)
        const joined = { seq, serverTime: needs.now(), you, events: missed }
        return snap ? { ...joined, seq: snap.seq, snapshot: snap.snapshot } : joined
      } finally {
        closeIfEmpty(showId)
      }
    },
    leave(line: Line, showId: string): void {
      whereIs.get(line.id)?.delete(showId)
      ready.get(showId)?.room.remove(line.id)
      closeIfEmpty(showId)
    },
    drop(line: Line): void {
      for (const showId of whereIs.get(line.id) ?? []) {
        ready.get(showId)?.room.remove(line.id)
        closeIfEmpty(showId)
      }
      whereIs.delete(line.id)
    },
    /** Staff see more: from now on, by what the log says of them. */
    setStaff(showId: string, accountId: string, staff: boolean): void {
      for (const member of ready.get(showId)?.room.members ?? []) {
        if (member.accountId === accountId) member.staff = staff
      }
    },
    rooms: (): Room[] => [...ready.values()].map((entry) => entry.room),
    isIn: (line: Line, showId: string): boolean => whereIs.get(line.id)?.has(showId) ?? false,
    close(): void {
      for (const entry of ready.values()) {
        entry.room.close()
        entry.release()
      }
      ready.clear()
      opened.clear()
    },
  }
}

/** Near enough behind that the missing events are sent instead of a snapshot. */
function canResume(feed: Feed, after: number | undefined): boolean {
  if (after === undefined) return false
  const missed = feed.since(after)
  if (!missed || after > feed.delivered || missed.length > catchUpEventsMax) return false
  return bytesOf(missed) <= catchUpBytesMax
}

function bytesOf(events: Appended[]): number {
  return events.reduce((sum, e) => sum + JSON.stringify(e.staff ?? e.body ?? '').length + 100, 0)
}
