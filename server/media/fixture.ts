import { accessSync, constants } from 'node:fs'
import { workerBin } from 'mediasoup'
import { systemClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import {
  createMedia,
  type Media,
  type MediaPeer,
  type MediaSettings,
  type Neighbours,
} from './media.ts'

/** For the tests of this room: a room with real workers, and what a browser would send. */

/** Test files run in processes of their own; each has a hundred ports. */
let nextPort = 12_000 + (process.pid % 200) * 100

export async function openRoom(
  given: Partial<MediaSettings> = {},
  neighbours?: Neighbours,
): Promise<Media> {
  const workers = given.workers ?? 1
  const port = nextPort
  nextPort += workers
  if (!given.workerBin) needWorker()
  const settings = { workers, listenIp: '127.0.0.1', port, processIndex: 0, ...given }
  return createMedia({ settings, log: createLog('silent'), clock: systemClock, neighbours })
}

/** These tests are about a real worker: without one they fail, and say what to do. */
function needWorker(): void {
  try {
    accessSync(workerBin, constants.X_OK)
  } catch (cause) {
    const message = `no media worker at ${workerBin}; set MEDIASOUP_WORKER_BIN to a built one`
    throw new Error(message, { cause })
  }
}

export type Heard = { what: string; said: unknown[] }

/** Everything the room tells, in order, and a way to wait for the next thing that fits. */
export function listenTo(media: Media) {
  const heard: Heard[] = []
  const waiting = new Set<() => void>()
  const hear =
    (what: string) =>
    (...said: unknown[]) => {
      heard.push({ what, said })
      for (const look of waiting) look()
    }
  media.listen({
    producersChanged: hear('producersChanged'),
    transportClosed: hear('transportClosed'),
    flowing: hear('flowing'),
    silent: hear('silent'),
  })
  const until = async (fits: (one: Heard) => boolean): Promise<Heard> => {
    const { promise, resolve } = Promise.withResolvers<Heard>()
    const look = () => {
      const found = heard.find(fits)
      if (found) resolve(found)
    }
    waiting.add(look)
    look()
    const found = await promise
    waiting.delete(look)
    return found
  }
  return { heard, until }
}

let peers = 0

export function aPeer(accountId = `account-${peers}`): MediaPeer {
  peers += 1
  return { peerId: `peer-${peers}`, accountId }
}

/** A peer on air in a stream with sound and picture; nothing is sent, but all of it is agreed. */
export async function publish(media: Media, streamId: string, peer = aPeer()) {
  const { transportId } = await media.openTransport(peer, { streamId, direction: 'send' })
  const video = await media.produce(peer, { transportId, kind: 'video', rtpParameters: video3() })
  const audio = await media.produce(peer, { transportId, kind: 'audio', rtpParameters: opus() })
  return { peer, transportId, video: video.producerId, audio: audio.producerId }
}

export async function watch(media: Media, streamId: string, peer = aPeer()) {
  const { transportId } = await media.openTransport(peer, { streamId, direction: 'recv' })
  const { rtpCapabilities } = await media.capabilities(streamId)
  const { consumers } = await media.consume(peer, { transportId, rtpCapabilities })
  return { peer, transportId, consumers }
}

let ssrc = 1_000

/** Three simulcast layers of VP8, as Chromium offers them. */
export function video3() {
  return {
    mid: '0',
    codecs: [
      {
        mimeType: 'video/VP8',
        payloadType: 96,
        clockRate: 90_000,
        parameters: {},
        rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
      },
      { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 } },
    ],
    headerExtensions: [
      { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4 },
      { uri: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id', id: 10 },
    ],
    encodings: [{ rid: 'r0' }, { rid: 'r1' }, { rid: 'r2', scalabilityMode: 'L1T3' }],
    rtcp: { cname: 'test', reducedSize: true },
  }
}

export function opus() {
  ssrc += 1
  return {
    mid: '1',
    codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
    encodings: [{ ssrc }],
    rtcp: { cname: 'test' },
  }
}

export function fingerprint() {
  return {
    role: 'client',
    fingerprints: [{ algorithm: 'sha-256', value: Array(32).fill('AB').join(':') }],
  }
}
