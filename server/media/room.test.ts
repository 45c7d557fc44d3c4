import { describe, expect, test } from 'vitest'
import { aPeer, fingerprint, listenTo, openRoom, opus, publish, video3, watch } from './fixture.ts'
import type { Media } from './media.ts'

/** What our books and the workers' own say is open. */
async function open(media: Media) {
  const { streams, routers, transports, producers, consumers } = media.stats()
  const dumps = await media.dump()
  const handlers = dumps.map(({ channelMessageHandlers }) => channelMessageHandlers)
  return {
    streams,
    routers,
    transports,
    producers,
    consumers,
    inWorkers: handlers.map(({ channelRequestHandlers }) => channelRequestHandlers.length),
  }
}

describe('who is on air', () => {
  test('viewers get paused consumers of sound and picture, and everybody hears of a publish', async () => {
    using media = await openRoom()
    const { heard } = listenTo(media)
    const host = await publish(media, 'show')
    const { consumers } = await watch(media, 'show')
    expect(consumers.map(({ kind, type }) => [kind, type])).toEqual([
      ['video', 'simulcast'],
      ['audio', 'simple'],
    ])
    const last = heard.filter(({ what }) => what === 'producersChanged').at(-1)
    expect(last?.said).toEqual([
      'show',
      [
        { producerId: host.video, kind: 'video' },
        { producerId: host.audio, kind: 'audio' },
      ],
    ])
  })

  test('a transport that is asked for with capabilities comes with all that is on, or not at all', async () => {
    using media = await openRoom()
    const viewer = aPeer()
    const { rtpCapabilities } = await media.capabilities('show')
    const ask = (given: unknown, direction: 'send' | 'recv' = 'recv') =>
      media.openTransport(viewer, { streamId: 'show', direction, rtpCapabilities: given })
    await expect(ask(rtpCapabilities)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const host = await publish(media, 'show')
    await expect(ask({ codecs: 'all' })).rejects.toMatchObject({ code: 'VALIDATION' })
    await expect(ask({ codecs: [] })).rejects.toMatchObject({ code: 'VALIDATION' })
    await expect(ask(rtpCapabilities, 'send')).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(media.stats()).toMatchObject({ transports: 1, consumers: 0 })
    const { transportId, consumers } = await ask(rtpCapabilities)
    expect(consumers?.map(({ producerId }) => producerId)).toEqual([host.video, host.audio])
    expect(media.stats()).toMatchObject({ transports: 2, consumers: 2 })
    await media.closeTransport(viewer, { transportId })
    expect(media.stats()).toMatchObject({ transports: 1, consumers: 0 })
  })

  test('the same host on a second device takes over at once, and the first is told', async () => {
    using media = await openRoom()
    const { heard, until } = listenTo(media)
    const first = await publish(media, 'show', aPeer('host'))
    const second = await publish(media, 'show', aPeer('host'))
    await until(({ what, said }) => what === 'transportClosed' && said[2] === 'replaced')
    expect(media.producers('show')).toHaveLength(2)
    expect(media.stats()).toMatchObject({ producers: 2, transports: 1 })
    const told = heard.map(({ what, said }) => [what, said[1]])
    const closed = told.findIndex(
      ([what, id]) => what === 'transportClosed' && id === first.transportId,
    )
    const changed = told.findIndex(
      ([what, set]) => what === 'producersChanged' && JSON.stringify(set).includes(second.video),
    )
    expect(closed).toBeGreaterThan(-1)
    expect(changed).toBeGreaterThan(closed)
  })

  test('the same kind again on one transport replaces it', async () => {
    using media = await openRoom()
    const host = await publish(media, 'show')
    const rtpParameters = { ...video3(), mid: '5' }
    const { producerId } = await media.produce(host.peer, {
      transportId: host.transportId,
      kind: 'video',
      rtpParameters,
    })
    expect(media.producers('show').find(({ kind }) => kind === 'video')?.producerId).toBe(
      producerId,
    )
    expect(media.stats().producers).toBe(2)
  })

  test('somebody else cannot publish into a stream that is on air', async () => {
    using media = await openRoom()
    await publish(media, 'show')
    await expect(publish(media, 'show')).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(media.producers('show')).toHaveLength(2)
  })

  test('of 20 publishes at once one picture stays', async () => {
    using media = await openRoom({ limits: { transportsPerAccount: 30 } })
    const opened = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const peer = aPeer('host')
        const opening = await media.openTransport(peer, { streamId: 'show', direction: 'send' })
        return { peer, ...opening }
      }),
    )
    const results = await Promise.allSettled(
      opened.map(({ peer, transportId }) =>
        media.produce(peer, { transportId, kind: 'video', rtpParameters: video3() }),
      ),
    )
    expect(results.every(({ status }) => status === 'fulfilled')).toBe(true)
    expect(media.producers('show')).toHaveLength(1)
    expect(media.stats()).toMatchObject({ producers: 1, transports: 1 })
  })
})

describe('what is whose', () => {
  test("another peer's transport does not exist, whatever is asked of it", async () => {
    using media = await openRoom()
    const host = await publish(media, 'show')
    const viewer = await watch(media, 'show')
    const { rtpCapabilities } = await media.capabilities('show')
    const { transportId } = host
    const consumerId = viewer.consumers[0]?.consumerId ?? ''
    const sameSocket = { peerId: host.peer.peerId, accountId: 'another' }
    for (const stranger of [aPeer(), aPeer(host.peer.accountId), sameSocket]) {
      const asked = [
        media.connectTransport(stranger, { transportId, dtlsParameters: fingerprint() }),
        media.produce(stranger, { transportId, kind: 'audio', rtpParameters: opus() }),
        media.consume(stranger, { transportId, rtpCapabilities }),
        media.restartIce(stranger, { transportId }),
        media.closeTransport(stranger, { transportId }),
        media.resume(stranger, { consumerIds: [consumerId] }),
        media.setLayers(stranger, { consumerId, spatialLayer: 0 }),
      ]
      for (const one of asked) await expect(one).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
    expect(media.producers('show')).toHaveLength(2)
  })

  test('a producer of another stream cannot be consumed', async () => {
    using media = await openRoom()
    const elsewhere = await publish(media, 'private')
    await publish(media, 'show')
    const { peer, transportId } = await watch(media, 'show')
    const { rtpCapabilities } = await media.capabilities('show')
    const producerIds = [elsewhere.video]
    await expect(
      media.consume(peer, { transportId, rtpCapabilities, producerIds }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('a recv transport does not send, a send transport does not receive', async () => {
    using media = await openRoom()
    const host = await publish(media, 'show')
    const viewer = await watch(media, 'show')
    const { rtpCapabilities } = await media.capabilities('show')
    await expect(
      media.produce(viewer.peer, {
        transportId: viewer.transportId,
        kind: 'video',
        rtpParameters: video3(),
      }),
    ).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(
      media.consume(host.peer, { transportId: host.transportId, rtpCapabilities }),
    ).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  test('a transport is connected once', async () => {
    using media = await openRoom()
    const { peer, transportId } = await publish(media, 'show')
    const connect = () =>
      media.connectTransport(peer, { transportId, dtlsParameters: fingerprint() })
    await connect()
    await expect(connect()).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  test('asking twice for the same consumer gives the same one, also at the same moment', async () => {
    using media = await openRoom()
    await publish(media, 'show')
    const { peer, transportId, consumers } = await watch(media, 'show')
    const { rtpCapabilities } = await media.capabilities('show')
    const again = await Promise.all(
      Array.from({ length: 10 }, () => media.consume(peer, { transportId, rtpCapabilities })),
    )
    for (const one of again) expect(one.consumers).toEqual(consumers)
    expect(media.stats().consumers).toBe(2)
  })
})

describe('over several workers', () => {
  test('viewers beyond what one worker takes watch by one pipe, many at once', async () => {
    using media = await openRoom({ workers: 2, limits: { viewersPerWorker: 2 } })
    const host = await publish(media, 'show')
    const viewers = await Promise.all(Array.from({ length: 4 }, () => watch(media, 'show')))
    for (const { consumers } of viewers) {
      expect(consumers.map(({ producerId }) => producerId)).toEqual([host.video, host.audio])
    }
    const dumps = await media.dump()
    expect(dumps.map(({ routerIds }) => routerIds.length)).toEqual([1, 1])
    // Host's transport and two viewers', two viewers' on the other, and one pipe with two ends.
    expect(media.stats()).toMatchObject({ routers: 2, transports: 5, consumers: 8 })

    const next = await publish(media, 'show', aPeer(host.peer.accountId))
    const watched = await Promise.all(
      viewers.map(async ({ peer, transportId }) => {
        const { rtpCapabilities } = await media.capabilities('show')
        return media.consume(peer, { transportId, rtpCapabilities })
      }),
    )
    for (const { consumers } of watched) {
      expect(consumers.map(({ producerId }) => producerId)).toEqual([next.video, next.audio])
    }
  })

  test('when the publishing worker dies, viewers of the other keep their transport and get the next publish', async () => {
    using media = await openRoom({ workers: 2, limits: { viewersPerWorker: 1 } })
    const { heard, until } = listenTo(media)
    const host = await publish(media, 'show')
    await watch(media, 'show')
    const far = await watch(media, 'show')
    const dumps = await media.dump()
    const home = dumps.find(({ channelMessageHandlers }) =>
      channelMessageHandlers.channelRequestHandlers.includes(host.transportId),
    )
    process.kill(home?.pid ?? 0, 'SIGKILL')
    await until(({ what, said }) => what === 'transportClosed' && said[1] === host.transportId)
    await publish(media, 'show', host.peer)
    const { rtpCapabilities } = await media.capabilities('show')
    const { consumers } = await media.consume(far.peer, {
      transportId: far.transportId,
      rtpCapabilities,
    })
    expect(consumers).toHaveLength(2)
    expect(heard.some(({ said }) => said[1] === far.transportId)).toBe(false)
  })
})

describe('what is over', () => {
  test('when everybody has left, books and workers are where they began', async () => {
    using media = await openRoom({ workers: 2, limits: { viewersPerWorker: 2, silentMs: 100 } })
    const before = await open(media)
    const hosts = await Promise.all([publish(media, 'one'), publish(media, 'two')])
    const viewers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => watch(media, i % 2 ? 'one' : 'two')),
    )
    expect(media.stats()).toMatchObject({ streams: 2, producers: 4, consumers: 12 })
    await media.closeTransport(hosts[0].peer, { transportId: hosts[0].transportId })
    media.closeStream('two', 'ended')
    for (const { peer } of viewers) media.closePeer(peer.peerId)
    await expect.poll(() => open(media), { timeout: 5_000 }).toEqual(before)
  })

  test('a ban closes all that the account has in the stream, also what is still opening', async () => {
    using media = await openRoom()
    const { heard } = listenTo(media)
    await publish(media, 'show')
    await publish(media, 'other')
    const stays = await watch(media, 'other', aPeer('troll'))
    const first = await watch(media, 'show', aPeer('troll'))
    const opening = media.openTransport(aPeer('troll'), { streamId: 'show', direction: 'recv' })
    media.closeAccount('show', 'troll', 'banned')
    await expect(opening).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const closed = heard.filter(({ what }) => what === 'transportClosed').map(({ said }) => said)
    expect(closed).toEqual([[first.peer.peerId, first.transportId, 'banned']])
    await media.resume(stays.peer, { consumerIds: stays.consumers.map((one) => one.consumerId) })
  })

  test('a socket that is lost while its transport opens leaves nothing behind', async () => {
    using media = await openRoom()
    const before = await open(media)
    const peer = aPeer()
    const opening = media.openTransport(peer, { streamId: 'show', direction: 'recv' })
    media.closePeer(peer.peerId)
    await expect(opening).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect.poll(() => open(media), { timeout: 5_000 }).toEqual(before)
  })

  test('a transport that never connects is closed and its owner told', async () => {
    using media = await openRoom({ limits: { idleTransportMs: 100 } })
    const { until } = listenTo(media)
    const { peer, transportId } = await publish(media, 'show')
    const { said } = await until(({ what }) => what === 'transportClosed')
    expect(said).toEqual([peer.peerId, transportId, 'idle'])
    await expect(media.restartIce(peer, { transportId })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  test('the end of a stream reaches everybody in it with its reason', async () => {
    using media = await openRoom()
    const { heard, until } = listenTo(media)
    await publish(media, 'show')
    await watch(media, 'show')
    media.closeStream('show', 'ended')
    await until(({ what, said }) => what === 'producersChanged' && !(said[1] as unknown[]).length)
    const reasons = heard
      .filter(({ what }) => what === 'transportClosed')
      .map(({ said }) => said[2])
    expect(reasons).toEqual(['ended', 'ended'])
  })
})

describe('bounds', () => {
  test('an account has so many transports, and gets the place of a closed one back', async () => {
    using media = await openRoom({ limits: { transportsPerAccount: 3 } })
    const ask = () => media.openTransport(aPeer('greedy'), { streamId: 'show', direction: 'recv' })
    const results = await Promise.allSettled(Array.from({ length: 50 }, ask))
    const opened = results.filter(({ status }) => status === 'fulfilled')
    expect(opened).toHaveLength(3)
    for (const one of results) {
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'RATE_LIMITED' })
    }
    await expect(ask()).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    media.closeAccount('show', 'greedy', 'banned')
    await ask()
  })

  test('consumers of an account are bounded over all its transports', async () => {
    using media = await openRoom({ limits: { consumersPerAccount: 3 } })
    await publish(media, 'show')
    await watch(media, 'show', aPeer('greedy'))
    await expect(watch(media, 'show', aPeer('greedy'))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    })
  })

  test('one peer cannot open and close transports in a loop', async () => {
    using media = await openRoom()
    const peer = aPeer()
    const keeps = await media.openTransport(peer, { streamId: 'show', direction: 'recv' })
    const loop = async () => {
      for (let i = 0; i < 100; i += 1) {
        const { transportId } = await media.openTransport(peer, {
          streamId: 'show',
          direction: 'recv',
        })
        await media.closeTransport(peer, { transportId })
      }
    }
    await expect(loop()).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    await media.restartIce(peer, keeps)
  })

  test('layers and ICE restarts are asked for at a human pace', async () => {
    using media = await openRoom()
    await publish(media, 'show')
    const { peer, transportId, consumers } = await watch(media, 'show')
    const consumerId = consumers[0]?.consumerId ?? ''
    const layers = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) =>
        media.setLayers(peer, { consumerId, spatialLayer: i % 3, temporalLayer: 1 }),
      ),
    )
    expect(layers.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(25)
    const restarts = await Promise.allSettled(
      Array.from({ length: 20 }, () => media.restartIce(peer, { transportId })),
    )
    expect(restarts.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(7)
    const refused = [...layers, ...restarts].filter((one) => one.status === 'rejected')
    for (const { reason } of refused) {
      expect(reason).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) })
    }
  })

  test('a listener that throws harms nobody', async () => {
    using media = await openRoom()
    media.listen({
      producersChanged: () => {
        throw new Error('deaf')
      },
    })
    const { heard } = listenTo(media)
    await publish(media, 'show')
    expect(heard.length).toBeGreaterThan(0)
  })
})
