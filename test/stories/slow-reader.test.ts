import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, type Line, openHouse } from '../support/house.ts'
import { type Stage, setStage } from '../support/stage.ts'

type Frame = { from: number; to: number; events: { seq: number }[] }

let house: House
let stage: Stage

beforeAll(async () => {
  house = await openHouse()
  stage = await setStage(house)
})
afterAll(() => house.close())

/** The TCP socket under a client: the test's way to stop reading. */
function tcpOf(line: Line): { pause(): void; resume(): void } {
  const { transport } = line.socket.io.engine as unknown as {
    transport: { ws: { _socket: never } }
  }
  return transport.ws._socket
}

/** The server's own end of that socket. */
function endOf(accountId: string) {
  const member = house.app.rooms.audience
    .room(stage.showId)
    ?.members.find((m) => m.accountId === accountId)
  if (!member) throw new Error('not in the room')
  const { writeBuffer } = member.socket.conn as unknown as { writeBuffer: { data?: string }[] }
  const queued = () => writeBuffer.reduce((sum, p) => sum + (p.data?.length ?? 0), 0)
  return {
    lags: () => member.laggingSince !== undefined,
    bytes: () => member.net.writableLength + queued(),
  }
}

/** Events far larger than what kernels buffer between two sockets of one machine. */
async function flood(count: number): Promise<void> {
  await house.pg.rest`select append_v1(${stage.showId}, (select jsonb_agg(jsonb_build_object(
    'type', 'show.updated', 'body', jsonb_build_object('title', n, 'filler', repeat('x', 40000)))) from generate_series(1, ${count}::int) n))`
}

test('a viewer that does not read is bounded, costs the others nothing, and catches up without a gap', async () => {
  const [slow, quick] = [await house.guest(), await house.guest()]
  const [slowLine, quickLine] = [await house.socket(slow), await house.socket(quick)]
  const { seq } = await slowLine.ask<{ seq: number }>('show:join', { showId: stage.showId })
  await quickLine.ask('show:join', { showId: stage.showId })
  let quickAt = seq
  quickLine.socket.on('show:events', (frame: Frame) => {
    quickAt = frame.to
  })
  let slowAt = seq
  const gaps: string[] = []
  slowLine.socket.on('show:events', (frame: Frame) => {
    if (frame.from > slowAt + 1) gaps.push(`${slowAt} → ${frame.from}`)
    slowAt = frame.to
  })
  slowLine.socket.on('show:reset', (reset: { seq: number }) => {
    slowAt = reset.seq
  })
  tcpOf(slowLine).pause()
  const end = endOf(slow.id)
  for (let round = 0; round < 20 && !end.lags(); round++) {
    await flood(30)
    const reached = seq + 30 * (round + 1)
    await expect.poll(() => quickAt, { timeout: 10_000 }).toBe(reached)
    expect(end.bytes()).toBeLessThan(256 * 1024)
  }
  expect(end.lags()).toBe(true)
  const { counts } = house.app.gateway
  const refused = counts.refused
  const again = Promise.allSettled(
    Array.from({ length: 20 }, () => slowLine.ask('show:join', { showId: stage.showId })),
  )
  await expect.poll(() => counts.refused - refused).toBe(20)
  expect(end.bytes()).toBeLessThan(256 * 1024)
  tcpOf(slowLine).resume()
  await expect.poll(() => slowAt, { timeout: 10_000 }).toBe(quickAt)
  expect(gaps).toEqual([])
  expect((await again).map((one) => one.status === 'rejected' && one.reason.ack.code)).toEqual(
    Array.from({ length: 20 }, () => 'RATE_LIMITED'),
  )
})

test('whoever reads nothing of what is told to their line alone is cut off', async () => {
  const slow = await house.guest()
  const line = await house.socket(slow)
  tcpOf(line).pause()
  const { gateway } = house.app
  const [end] = gateway.linesOf(slow.id)
  if (!end) throw new Error('not at the door')
  for (let n = 0; n < 1_000 && !end.net.destroyed; n += 1) {
    gateway.tell(end.id, 'media:closed', { transportId: 'x'.repeat(40_000), reason: 'lost' })
    await turn()
  }
  expect(end.net.destroyed).toBe(true)
  await expect.poll(() => gateway.linesOf(slow.id)).toEqual([])
})
