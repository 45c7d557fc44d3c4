import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fc } from '../../../test/support/random.ts'
import { Refusal } from '../../base/refusal.ts'
import { aPeer, fingerprint, openRoom, opus, publish, video3, watch } from '../fixture.ts'
import type { Media, MediaPeer } from '../media.ts'

let media: Media
let host: MediaPeer
let viewer: MediaPeer
let sending: string
let receiving: string

beforeAll(async () => {
  media = await openRoom({ limits: { idleTransportMs: 600_000, verbMs: 60_000 } })
  host = aPeer('host')
  viewer = aPeer('viewer')
  sending = (await media.openTransport(host, { streamId: 'show', direction: 'send' })).transportId
  receiving = (await media.openTransport(viewer, { streamId: 'on', direction: 'recv' })).transportId
  await publish(media, 'on')
})
afterAll(() => media.close())

const produce = (rtpParameters: unknown, kind: 'audio' | 'video' = 'video') =>
  media.produce(host, { transportId: sending, kind, rtpParameters })
const consume = (rtpCapabilities: unknown) =>
  media.consume(viewer, { transportId: receiving, rtpCapabilities })
const connect = (dtlsParameters: unknown) =>
  media.connectTransport(host, { transportId: sending, dtlsParameters })

async function refused(asked: Promise<unknown>): Promise<void> {
  await expect(asked).rejects.toMatchObject({
    code: 'VALIDATION',
    errors: [{ pointer: expect.stringMatching(/^\//), detail: expect.any(String) }],
  })
}

const many = <T>(n: number, one: T): T[] => Array.from({ length: n }, () => one)

describe('RTP parameters', () => {
  const good = video3()
  const [vp8, rtx] = good.codecs
  const cases: Record<string, unknown> = {
    null: null,
    empty: {},
    'a list': [],
    'no codecs': { ...good, codecs: [] },
    'a length instead of codecs': { ...good, codecs: { length: 1e9 } },
    '10,000 codecs': { ...good, codecs: many(10_000, vp8) },
    'one payload type twice': { ...good, codecs: [vp8, vp8] },
    'rtx alone': { ...good, codecs: [rtx] },
    'rtx of a codec that is not there': {
      ...good,
      codecs: [vp8, { ...rtx, parameters: { apt: 12 } }],
    },
    'rtx of itself': { ...good, codecs: [vp8, { ...rtx, parameters: { apt: 97 } }] },
    'rtx without apt': { ...good, codecs: [vp8, { ...rtx, parameters: {} }] },
    'sound in a picture': { ...good, codecs: opus().codecs },
    'a codec nobody knows': { ...good, codecs: [{ ...vp8, mimeType: 'video/xyz' }] },
    'no clock rate': { ...good, codecs: [{ ...vp8, clockRate: undefined }] },
    'payload type 999': { ...good, codecs: [{ ...vp8, payloadType: 999 }] },
    'payload type 0.5': { ...good, codecs: [{ ...vp8, payloadType: 0.5 }] },
    'parameters in parameters': { ...good, codecs: [{ ...vp8, parameters: { a: { b: 1 } } }] },
    'a megabyte of fmtp': { ...good, codecs: [{ ...vp8, parameters: { a: 'x'.repeat(1e6) } }] },
    '20,000 encodings': { ...good, encodings: many(20_000, { rid: 'a' }) },
    'five encodings': { ...good, encodings: many(5, {}).map((_, i) => ({ rid: `r${i}` })) },
    'a rid of a megabyte': { ...good, encodings: [{ rid: 'r'.repeat(1e6) }] },
    'one rid twice': { ...good, encodings: [{ rid: 'r' }, { rid: 'r' }] },
    'two encodings without ssrc or rid': { ...good, encodings: [{}, {}] },
    'ssrc 0': { ...good, encodings: [{ ssrc: 0 }] },
    'ssrc 2^32': { ...good, encodings: [{ ssrc: 2 ** 32 }] },
    'ssrc as text': { ...good, encodings: [{ ssrc: '1' }] },
    'one ssrc twice': { ...good, encodings: [{ ssrc: 7 }, { ssrc: 7 }] },
    'an unknown scalability mode': { ...good, encodings: [{ rid: 'a', scalabilityMode: 'L9T9' }] },
    'extension 0': { ...good, headerExtensions: [{ ...good.headerExtensions[0], id: 0 }] },
    'an unknown extension': { ...good, headerExtensions: [{ uri: 'urn:nothing', id: 3 }] },
    'rtcp as text': { ...good, rtcp: 'yes' },
    'a mid that is an object': { ...good, mid: { toString: 1 } },
  }
  test.each(Object.keys(cases))('%s is refused', (name) => refused(produce(cases[name])))

  test("another producer's ssrc on the same transport is refused", async () => {
    const rtpParameters = opus()
    await produce(rtpParameters, 'audio')
    await refused(produce({ ...video3(), encodings: rtpParameters.encodings }))
  })
})

describe('RTP capabilities', () => {
  const cases: Record<string, unknown> = {
    null: null,
    empty: {},
    'a length instead of codecs': { codecs: { length: 1e9 } },
    'no codecs': { codecs: [] },
    '10,000 codecs': {
      codecs: many(10_000, {
        kind: 'video',
        mimeType: 'video/VP8',
        preferredPayloadType: 96,
        clockRate: 90_000,
      }),
    },
    'nothing that is on': {
      codecs: [
        { kind: 'video', mimeType: 'video/AV1', preferredPayloadType: 96, clockRate: 90_000 },
      ],
    },
    'codecs that are null': { codecs: [null] },
    'extensions that are text': { codecs: [], headerExtensions: 'all' },
  }
  test.each(Object.keys(cases))('%s are refused', (name) => refused(consume(cases[name])))
})

describe('DTLS parameters', () => {
  const [print] = fingerprint().fingerprints
  const cases: Record<string, unknown> = {
    null: null,
    'no fingerprint': { fingerprints: [] },
    '10,000 fingerprints': { fingerprints: many(10_000, print) },
    'an unknown algorithm': { fingerprints: [{ algorithm: 'md5', value: 'AB:CD' }] },
    'a short fingerprint': { fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] },
    'an unknown role': { role: 'x', fingerprints: [print] },
  }
  test.each(Object.keys(cases))('%s are refused', (name) => refused(connect(cases[name])))
})

test('whatever is bent in good parameters, the answer is a refusal or a yes, and the worker lives', async () => {
  const pids = media.workerPids()
  const { rtpCapabilities } = await media.capabilities('on')
  const junk = fc.oneof(
    fc.constantFrom(null, undefined, '', 0, -1, 2 ** 32, Number.NaN, 1e308, true, [], {}),
    fc.anything({ maxDepth: 2, withBigInt: true, withNullPrototype: true }),
  )
  await fc.assert(
    fc.asyncProperty(junk, fc.nat(), fc.constantFrom('send', 'recv'), async (value, at, way) => {
      const whole = structuredClone<unknown>(way === 'send' ? video3() : rtpCapabilities)
      bend(whole, value, at)
      try {
        await (way === 'send' ? produce(whole) : consume(whole))
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal)
        expect((error as Refusal).code).toBe('VALIDATION')
      }
    }),
    { numRuns: 600 },
  )
  expect(media.workerPids()).toEqual(pids)
  expect((await watch(media, 'on')).consumers).toHaveLength(2)
}, 60_000)

/** Puts `value` somewhere in the tree, at the place that `at` picks. */
function bend(tree: unknown, value: unknown, at: number): void {
  const places: [Record<string, unknown>, string][] = []
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, child] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key])
      walk(child)
    }
  }
  walk(tree)
  const place = places[at % places.length]
  if (place) place[0][place[1]] = value
}
