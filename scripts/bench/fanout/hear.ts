import { numberAt } from './socket.ts'

export type Viewer = {
  next: number
  got: number
  conflated: number
  reads: boolean
  /** Hearts as the last numbers told them, of who reads. */
  hearts: number
}

/** What was said when, and how it came in: by one clock, because one process says and hears. */
export class Tally {
  sentAt: number[] = []
  took: number[] = []
  wrong: string[] = []
  /** When a product was last asked to be pinned. */
  readonly pinnedAt = new Map<string, number>()

  begin(): void {
    this.sentAt = []
    this.took = []
  }
}

const eventsHead = '42["show:events",{"showId":"00000000-0000-0000-0000-000000000000","from":'
  .length
const [isEvents, isPulse] = [Buffer.from('42["show:events"'), Buffer.from('42["show:pulse"')]

/** A frame of ours: events, whose seqs stand in its head, or numbers. */
export function hearOurs(
  tally: Tally,
  viewer: Viewer,
  bytes: Buffer,
  from: number,
  to: number,
): void {
  if (starts(bytes, from, isEvents)) hearEvents(tally, viewer, bytes, from, to)
  else if (starts(bytes, from, isPulse)) hearNumbers(viewer, bytes, from, to)
}

function hearNumbers(viewer: Viewer, bytes: Buffer, from: number, to: number): void {
  viewer.conflated += 1
  if (!viewer.reads) return
  const [, { reactions }] = JSON.parse(bytes.toString('utf8', from + 2, to))
  viewer.hearts = reactions.heart ?? 0
}

function starts(bytes: Buffer, at: number, with_: Buffer): boolean {
  for (let i = 0; i < with_.length; i += 1) if (bytes[at + i] !== with_[i]) return false
  return true
}

function hearEvents(tally: Tally, viewer: Viewer, bytes: Buffer, from: number, to: number): void {
  const first = numberAt(bytes, from + eventsHead)
  const last = numberAt(bytes, from + eventsHead + String(first).length + ',"to":'.length)
  if (first !== viewer.next) {
    tally.wrong.push(`a viewer got ${first} where ${viewer.next} was next`)
  }
  viewer.next = last + 1
  viewer.got += last - first + 1
  if (!viewer.reads) return
  const now = performance.now()
  const [, { events }] = JSON.parse(bytes.toString('utf8', from + 2, to))
  if (events.length !== last - first + 1) {
    tally.wrong.push(`${events.length} events from ${first} to ${last}`)
  }
  for (const event of events) {
    const n = numberAt(Buffer.from(event.text ?? ''), 1)
    if (event.type === 'chat.sent') tally.took.push(now - (tally.sentAt[n] as number))
    else if (event.type === 'product.pinned') {
      tally.took.push(now - (tally.pinnedAt.get(event.productId) as number))
    }
  }
}

const isNumber = Buffer.from('"n":')

/** A frame of a peer: one event with its number, or several, a line each. */
export function hearPeers(
  tally: Tally,
  viewer: Viewer,
  bytes: Buffer,
  from: number,
  to: number,
): void {
  for (let at = bytes.indexOf(isNumber, from); at >= 0 && at < to; ) {
    const n = numberAt(bytes, at + isNumber.length)
    if (n !== viewer.next) tally.wrong.push(`a viewer got ${n} where ${viewer.next} was next`)
    viewer.next = n + 1
    viewer.got += 1
    if (viewer.reads) tally.took.push(performance.now() - (tally.sentAt[n] as number))
    at = bytes.indexOf(isNumber, at + isNumber.length)
  }
  if (!viewer.reads) return
  const start = bytes[from] === 0x34 ? from + 2 : from // Socket.IO's 42
  for (const text of bytes.toString('utf8', start, to).trim().split('\n')) JSON.parse(text)
}
