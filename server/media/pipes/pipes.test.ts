import { afterEach, describe, expect, test } from 'vitest'
import { unavailable } from '../../base/refusal.ts'
import { listenTo, openRoom, publish, watch } from '../fixture.ts'
import type { Limits } from '../limits.ts'
import type { Media } from '../media.ts'
import type { Neighbours, Origin } from './neighbours.ts'

/**
 * Two media rooms in one process, as two nodes: what they ask each other is a call, and can be cut
 * or changed by a test; the pipes between them are real.
 */

type Ask = (address: string, word: string, what: unknown) => Promise<unknown>

const streamId = 'stream'
const soon = { timeout: 10_000 }
const open: Disposable[] = []
afterEach(() => {
  for (const one of open.splice(0)) one[Symbol.dispose]()
})

async function twoNodes(limits: Partial<Limits> = {}, workers = 1) {
  const rooms = new Map<string, Media>()
  const asked: string[] = []
  const world = {
    origin: undefined as Origin | undefined,
    /** What is done to each question on its way. */
    onAsk: ((address, word, what) => straight(address, word, what)) as Ask,
  }
  const straight: Ask = async (address, word, what) => {
    const answers: Record<string, (asked: unknown) => Promise<unknown>> | undefined =
      rooms.get(address)?.answers
    return JSON.parse(JSON.stringify((await answers?.[word]?.(what)) ?? null))
  }
  const neighbours = (node: string): Neighbours => ({
    node,
    address: node,
    pipes: { ip: '127.0.0.1', portRange: { min: 42_000, max: 42_999 } },
    originOf: async () => world.origin,
    async ask<T>(address: string, word: string, what: unknown) {
      asked.push(word)
      return (await world.onAsk(address, word, what)) as T
    },
    takeAir: async () => ({ moved: false }),
    leaveAir: () => undefined,
  })
  const node = async (name: string) => {
    const room = await openRoom({ workers, limits }, neighbours(name))
    rooms.set(name, room)
    open.push(room)
    return room
  }
  const [origin, edge] = [await node('origin'), await node('edge')]
  origin.listen({
    producersChanged(_id, producers) {
      world.origin = { node: 'origin', address: 'origin', epoch: 1, producers }
      edge.originIs(streamId, world.origin)
    },
  })
  return { origin, edge, world, straight, asked }
}

const times = (asked: string[], word: string) => asked.filter((one) => one === word).length

describe('a pipe', () => {
  test('is opened once, however many ask at the same moment, and carries every layer under the same ids', async () => {
    const { origin, edge, asked } = await twoNodes()
    const host = await publish(origin, streamId)
    const viewers = await Promise.all(Array.from({ length: 10 }, () => watch(edge, streamId)))
    expect(times(asked, 'pipe')).toBe(1)
    for (const { consumers } of viewers) {
      expect(consumers.map(({ producerId }) => producerId).toSorted()).toEqual(
        [host.video, host.audio].toSorted(),
      )
      const video = consumers.find(({ kind }) => kind === 'video')
      expect(video?.type).toBe('simulcast')
      expect(video?.rtpParameters.encodings?.[0]?.scalabilityMode).toMatch(/^[LS]3/)
    }
    expect([origin.stats().pipesOut, edge.stats().pipesIn]).toEqual([1, 1])
  })

  test('brings what is published later, and takes away what is gone', async () => {
    const { origin, edge } = await twoNodes()
    const host = await publish(origin, streamId)
    const { peer, consumers } = await watch(edge, streamId)
    const [consumer] = consumers
    await origin.closeTransport(host.peer, { transportId: host.transportId })
    await expect.poll(() => edge.stats().consumers, soon).toBe(0)
    await expect(
      edge.resume(peer, { consumerIds: [consumer?.consumerId ?? ''] }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const again = await publish(origin, streamId)
    const { consumers: fresh } = await watch(edge, streamId)
    expect(fresh.map(({ producerId }) => producerId)).toContain(again.video)
  })

  test('that nobody uses is paused, and wakes up for the next viewer', async () => {
    const { origin, edge, world, straight, asked } = await twoNodes({ pipePauseMs: 100 })
    const wanted: boolean[] = []
    world.onAsk = (address, word, what) => {
      if (word === 'look') wanted.push((what as { wanted: boolean }).wanted)
      return straight(address, word, what)
    }
    await publish(origin, streamId)
    const { peer } = await watch(edge, streamId)
    edge.closePeer(peer.peerId)
    await expect.poll(() => wanted.at(-1), soon).toBe(false)
    await watch(edge, streamId)
    await expect.poll(() => wanted.at(-1), soon).toBe(true)
    expect(times(asked, 'pipe')).toBe(1)
  })

  test('that nobody uses for longer is closed, at both ends', async () => {
    const { origin, edge } = await twoNodes({ pipeDropMs: 100 })
    await publish(origin, streamId)
    const { peer } = await watch(edge, streamId)
    edge.closePeer(peer.peerId)
    await expect
      .poll(() => edge.stats(), soon)
      .toMatchObject({ pipesIn: 0, streams: 0, routers: 0 })
    await expect.poll(() => origin.stats().pipesOut, soon).toBe(0)
  })

  test.each([
    [
      'whose origin does not answer',
      { pipeDryMs: 60_000 },
      (cut: boolean, straight: Ask): Ask =>
        (...asked) =>
          cut ? Promise.reject(unavailable()) : straight(...asked),
    ],
    [
      'from which nothing comes while the picture arrives there',
      { pipeDryMs: 500 },
      (cut: boolean, straight: Ask): Ask =>
        async (...asked) => {
          const answer = await straight(...asked)
          return asked[1] === 'look' ? { ...(answer as object), flowing: cut } : answer
        },
    ],
  ])('%s is lost, and found again: viewers build anew', async (_how, limits, harm) => {
    const { origin, edge, world, straight, asked } = await twoNodes(limits)
    await publish(origin, streamId)
    const { peer, transportId } = await watch(edge, streamId)
    const { until } = listenTo(edge)
    world.onAsk = harm(true, straight)
    const told = until(({ what, said }) => what === 'transportClosed' && said[2] === 'pipe-lost')
    await expect.poll(() => edge.stats().consumers, soon).toBe(0)
    world.onAsk = harm(false, straight)
    expect((await told).said).toEqual([peer.peerId, transportId, 'pipe-lost'])
    expect(times(asked, 'pipe')).toBeGreaterThan(1)
    expect((await watch(edge, streamId)).consumers).toHaveLength(2)
  })

  test("moves with its stream, and an older node's word is not heard", async () => {
    const { origin, edge, world } = await twoNodes()
    await publish(origin, streamId)
    const before = world.origin as Origin
    await watch(edge, streamId)
    edge.originIs(streamId, { ...before, node: 'nowhere', address: 'nowhere', epoch: 0 })
    expect(edge.stats()).toMatchObject({ pipesIn: 1, consumers: 2 })
    edge.originIs(streamId, { ...before, node: 'nowhere', address: 'nowhere', epoch: 5 })
    await expect.poll(() => edge.stats().consumers, soon).toBe(0)
  })

  test('ends on one worker; viewers on the others have it from there, and notice when it dies', async () => {
    const { origin, edge } = await twoNodes({ viewersPerWorker: 1 }, 2)
    await publish(origin, streamId)
    const near = await watch(edge, streamId)
    const far = await watch(edge, streamId)
    expect(edge.stats()).toMatchObject({ pipesIn: 1, routers: 2 })
    const { heard } = listenTo(edge)
    const [dump] = (await edge.dump()).filter(({ routerIds }) => routerIds.length > 0)
    process.kill(dump?.pid ?? 0, 'SIGKILL')
    const closed = () =>
      heard.filter(({ what }) => what === 'transportClosed').map(({ said }) => said)
    await expect.poll(closed, soon).toHaveLength(2)
    expect(
      closed()
        .map(([peerId]) => peerId)
        .toSorted(),
    ).toEqual([near.peer.peerId, far.peer.peerId].toSorted())
    expect((await watch(edge, streamId)).consumers).toHaveLength(2)
  })
})

describe('refused', () => {
  test('what is no question of a node, and what it asks of nothing', async () => {
    const { origin } = await twoNodes()
    const { answers } = origin
    const end = {
      ip: '127.0.0.1',
      port: 42_000,
      srtpParameters: { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64: 'A'.repeat(60) },
    }
    const asked = { streamId, node: 'edge', address: 'edge:1', end }
    for (const bad of [
      null,
      {},
      { ...asked, more: 1 },
      { ...asked, end: { ...end, ip: 'example.test' } },
      { ...asked, end: { ...end, port: 0 } },
      { ...asked, end: { ...end, srtpParameters: undefined } },
    ]) {
      await expect(answers.pipe(bad)).rejects.toMatchObject({ code: 'VALIDATION' })
    }
    await expect(answers.pipe(asked)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const look = { pipeId: crypto.randomUUID(), wanted: true }
    await expect(answers.look(look)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(answers.health({ streamId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await answers.leave({ pipeId: look.pipeId })).toBeUndefined()
    expect(origin.stats()).toMatchObject({ pipesOut: 0, routers: 0 })
  })

  test('one viewer more than fits: FULL, and the others stay', async () => {
    const { origin, edge } = await twoNodes({ viewersMax: 2 })
    await publish(origin, streamId)
    const [first] = [await watch(edge, streamId), await watch(edge, streamId)]
    await expect(watch(edge, streamId)).rejects.toMatchObject({
      code: 'FULL',
      retryAfterMs: 10_000,
    })
    expect(edge.stats()).toMatchObject({ viewers: 2, viewersRefused: 1, consumers: 4 })
    edge.closePeer(first?.peer.peerId ?? '')
    expect((await watch(edge, streamId)).consumers).toHaveLength(2)
  })
})
