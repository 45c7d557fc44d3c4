import { setImmediate as turn } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { Feed } from '../events/feed.ts'
import type { Appended } from '../events/log.ts'
import { dueAfter, type Member, Room } from './room.ts'

/** A room that is told what its feed delivers, as the audience does it. */
function openRoom() {
  const feed = new Feed({
    showId: 'kiln',
    from: 0,
    read: async () => [],
    deliver: (events) => room.push(events),
    failed: (error) => expect.fail(String(error)),
  })
  const room = new Room({ showId: 'kiln', feed, reset: async () => {} })
  return { feed, room }
}

/** Somebody whose socket notes each write as the frames in it. */
function somebody(id: string, seq: number, staff = false) {
  const writes: string[][] = []
  const net = {
    writableLength: 0,
    write: (bytes: Buffer) => writes.push(framesIn(bytes)),
  }
  const conn = { readyState: 'open', writeBuffer: [] }
  const wire = { socket: { id }, conn, net, fd: -1 }
  const given = { accountId: id, staff, seq, laggingSince: undefined, skipped: false }
  return { writes, member: { ...wire, ...given, resetting: false } as unknown as Member }
}

type Somebody = ReturnType<typeof somebody>

function framesIn(bytes: Buffer): string[] {
  const short = (bytes[1] as number) < 126
  const start = short ? 2 : 4
  const end = start + (short ? (bytes[1] as number) : bytes.readUInt16BE(2))
  const text = bytes.toString('utf8', start, end)
  return [text, ...(end < bytes.length ? framesIn(bytes.subarray(end)) : [])]
}

const said = (seq: number, staff: object | null = null) =>
  ({ showId: 'kiln', seq, type: 'chat.sent', at: '', body: { n: seq }, staff }) as Appended
const kinds = (writes: string[][]) =>
  writes.map((frames) => frames.map((text) => /"show:(\w+)/.exec(text)?.[1]))

it('numbers leave in the same write as the next tick’s events, once, for those who were there', async () => {
  const { feed, room } = openRoom()
  const [viewer, host, told] = [somebody('a', 0), somebody('b', 0, true), somebody('c', 0)]
  for (const { member } of [viewer, host, told]) room.add(member)
  const newcomers = room.takeNewcomers()
  feed.offer([said(1, { secret: true })])
  const knows = new Set(newcomers.filter(({ accountId }) => accountId === 'c'))
  room.pulse('show:pulse', { viewers: 3 }, knows)
  const late = somebody('d', 0)
  room.add(late.member)
  await expect.poll(() => late.writes.length).toBe(1)
  expect(kinds(viewer.writes)).toEqual([['events', 'pulse']])
  expect(kinds(host.writes)).toEqual([['events', 'pulse']])
  expect([kinds(told.writes), kinds(late.writes)]).toEqual([[['events']], [['events']]])
  expect([viewer, host].map(({ writes }) => writes.join().includes('secret'))).toEqual([
    false,
    true,
  ])
  room.pulse('show:pulse', { viewers: 4 }, new Set())
  await expect.poll(() => kinds(late.writes)).toEqual([['events'], ['pulse']])
  room.close()
})

it('numbers of a later moment never come before those of an earlier one', async () => {
  const { feed, room } = openRoom()
  const viewer = somebody('a', 0)
  room.add(viewer.member)
  feed.offer([said(1)])
  room.pulse('show:pulse', { viewers: 1 }, new Set())
  room.pulse('show:pulse', { viewers: 2 }, new Set())
  await expect.poll(() => kinds(viewer.writes).flat()).toContain('events')
  const counts = viewer.writes.flat().flatMap((text) => /"viewers":(\d)/.exec(text)?.[1] ?? [])
  expect(counts).toEqual(['1', '2'])
  room.close()
})

it('one late commit does not hold up the ticks after it, nor do urgent ones put off the next', () => {
  const commits = [4, 54, 140, 154, 204, 254, 304]
  let dueAt = 0
  const waits = commits.map((at) => {
    const tickAt = Math.max(at, dueAt)
    dueAt = dueAfter(dueAt, tickAt, 50)
    return tickAt - at
  })
  expect(waits).toEqual([0, 0, 0, 0, 0, 0, 0])
  for (let now = 310; now < 400; now += 10) dueAt = dueAfter(dueAt, now, 50)
  expect(dueAt).toBeLessThanOrEqual(390 + 50)
})

it('what is urgent and comes during a pass does not wait for the room’s rhythm after it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  try {
    const { feed, room } = openRoom()
    const crowd = Array.from({ length: 2_000 }, (_, n) => somebody(`${n}`, 0))
    for (const { member } of crowd) room.add(member)
    const [last, first] = [crowd[0], crowd.at(-1)] as [Somebody, Somebody]
    feed.offer([said(1)])
    vi.advanceTimersByTime(0)
    expect([first.writes.length, last.writes.length]).toEqual([1, 0])
    feed.offer([{ ...said(2), type: 'product.pinned' }])
    vi.advanceTimersByTime(10)
    while (last.writes.length === 0) await turn()
    vi.advanceTimersByTime(10)
    while (last.writes.length === 1) await turn()
    room.close()
  } finally {
    vi.useRealTimers()
  }
})
