import { describe, expect, test } from 'vitest'
import { aPeer, listenTo, openRoom, publish, watch } from '../fixture.ts'
import type { Media } from '../media.ts'

/** The worker that carries the one stream of a test. */
async function carrier(media: Media): Promise<number> {
  const dumps = await media.dump()
  const busy = dumps.find(({ routerIds }) => routerIds.length > 0)
  if (!busy) throw new Error('no worker carries a stream')
  return busy.pid
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('the workers', () => {
  test('without a worker the room opens, says why, and refuses every verb', async () => {
    using media = await openRoom({ workerBin: '/nowhere/mediasoup-worker' })
    expect(media.status()).toEqual({
      state: 'off',
      reason: 'no media worker at /nowhere/mediasoup-worker',
    })
    const peer = aPeer()
    const asked = [
      media.capabilities('s'),
      media.openTransport(peer, { streamId: 's', direction: 'send' }),
      media.consume(peer, { transportId: 't', rtpCapabilities: {} }),
      media.health('s'),
    ]
    for (const one of asked) await expect(one).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(media.iceServers('a')).toEqual([])
  })

  test('no workers wanted is media off, by name', async () => {
    using media = await openRoom({ workers: 0 })
    expect(media.status()).toEqual({ state: 'off', reason: 'MEDIA_WORKERS is 0' })
    const asked = media.openTransport(aPeer(), { streamId: 's', direction: 'recv' })
    await expect(asked).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 30_000 })
  })

  test('a binary that is no worker is the same as none', async () => {
    using media = await openRoom({ workerBin: '/bin/false' })
    expect(media.status().state).toBe('off')
    await expect(media.capabilities('s')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  test('when a worker is killed its stream goes on air again on another at once', async () => {
    using media = await openRoom({ workers: 2 })
    const { heard, until } = listenTo(media)
    const host = await publish(media, 'show')
    const viewer = await watch(media, 'show')
    const pid = await carrier(media)
    process.kill(pid, 'SIGKILL')
    await until(({ what, said }) => what === 'producersChanged' && !(said[1] as unknown[]).length)
    const closed = heard.filter(({ what }) => what === 'transportClosed').map(({ said }) => said)
    expect(closed).toContainEqual([host.peer.peerId, host.transportId, 'worker-died'])
    expect(closed).toContainEqual([viewer.peer.peerId, viewer.transportId, 'worker-died'])
    expect(media.status().state).toBe('degraded')

    await publish(media, 'show', host.peer)
    const again = await watch(media, 'show', viewer.peer)
    expect(again.consumers).toHaveLength(2)
    expect(await carrier(media)).not.toBe(pid)
    await expect.poll(() => media.status().state, { timeout: 5_000 }).toBe('ok')
  })

  test('with a single worker, whoever asks just after its death waits for the next one', async () => {
    using media = await openRoom()
    const { until } = listenTo(media)
    const host = await publish(media, 'show')
    process.kill(await carrier(media), 'SIGKILL')
    await until(({ what }) => what === 'transportClosed')
    const again = await publish(media, 'show', host.peer)
    expect(media.producers('show').map(({ producerId }) => producerId)).toEqual([
      again.video,
      again.audio,
    ])
  })

  test('a worker that is stopped counts as dead within 4 s and is ended', async () => {
    using media = await openRoom({ workers: 2 })
    const { until } = listenTo(media)
    await publish(media, 'show')
    const pid = await carrier(media)
    process.kill(pid, 'SIGSTOP')
    const stopped = performance.now()
    await until(({ what, said }) => what === 'transportClosed' && said[2] === 'worker-died')
    expect(performance.now() - stopped).toBeLessThan(4_000)
    await expect.poll(() => runs(pid), { timeout: 3_000 }).toBe(false)
    await expect.poll(() => media.status().state, { timeout: 5_000 }).toBe('ok')
  })

  test('a verb that meets a stopped worker is refused in time', async () => {
    using media = await openRoom()
    await publish(media, 'show')
    process.kill(await carrier(media), 'SIGSTOP')
    const asked = performance.now()
    await expect(
      media.openTransport(aPeer(), { streamId: 'show', direction: 'recv' }),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(performance.now() - asked).toBeLessThan(5_000)
  })

  test('workers that die on sight are started less than once a second', async () => {
    using media = await openRoom({ workers: 2 })
    const starts: number[] = []
    const killed = new Set<number>()
    await expect
      .poll(
        () => {
          for (const pid of media.workerPids().filter((one) => !killed.has(one))) {
            killed.add(pid)
            starts.push(performance.now())
            process.kill(pid, 'SIGKILL')
          }
          return starts.length
        },
        { interval: 20, timeout: 20_000 },
      )
      .toBeGreaterThanOrEqual(7)
    const later = starts.slice(2) // the two that ran from the beginning
    const lastedMs = (later.at(-1) ?? 0) - (later[0] ?? 0)
    expect(lastedMs / (later.length - 1)).toBeGreaterThan(1_000)
  }, 30_000)

  test('closing ends every process, and closing again is calm', async () => {
    const media = await openRoom({ workers: 2 })
    const pids = media.workerPids()
    await publish(media, 'show')
    media.close()
    media.close()
    await expect.poll(() => pids.some(runs), { timeout: 3_000 }).toBe(false)
    await expect(media.capabilities('show')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })
})
