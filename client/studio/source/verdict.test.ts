import { expect, test } from 'vitest'
import { type ArrivalLayer, arrivalOf, verdictOf, verdictOfArrival } from './verdict.ts'

const layer = { rid: 'r2', width: 720, height: 1280, fps: 30, bitrate: 1_600_000, lossShare: 0 }
const health = {
  layers: [{ ...layer, limitedBy: 'none' as const }],
  audioBitrate: 40_000,
  bitrate: 1_640_000,
  lossShare: 0.002,
  roundTripMs: 24,
}
const arrival = {
  flowing: true,
  bitrate: 1_600_000,
  layers: [],
  lossShare: 0.001,
  roundTripMs: 20,
}
const fine = { at: 'on', health, arrival, sending: true, unreached: false }

test('a line that carries everything is steady', () => {
  expect(verdictOf(fine)).toEqual({ is: 'steady', why: 'fine' })
})

test('what weakens it is named, so that there is advice', () => {
  expect(verdictOf({ ...fine, health: { ...health, lossShare: 0.05 } }).why).toBe('loss')
  expect(verdictOf({ ...fine, arrival: { ...arrival, lossShare: 0.2 } }).why).toBe('loss')
  const limited = [{ ...layer, limitedBy: 'bandwidth' as const }]
  expect(verdictOf({ ...fine, health: { ...health, layers: limited } }).why).toBe('bandwidth')
  expect(verdictOf({ ...fine, health: { ...health, roundTripMs: 900 } }).why).toBe('far')
})

test('a picture that does not arrive is lost, whatever the encoder believes', () => {
  const dark = { ...arrival, flowing: false }
  expect(verdictOf({ ...fine, arrival: dark })).toEqual({ is: 'lost', why: 'dark' })
  expect(verdictOf({ ...fine, arrival: dark, unreached: true }).why).toBe('here')
  expect(verdictOf({ ...fine, at: 'reconnecting' })).toEqual({ is: 'lost', why: 'away' })
})

test('the server’s answer is read with care', () => {
  const nothing = { flowing: false, bitrate: 0, layers: [], lossShare: 0, roundTripMs: null }
  expect(arrivalOf({})).toEqual(nothing)
  const layers = [
    { bitrate: 100, lossShare: 0.01 },
    { bitrate: 200, lossShare: 0.04 },
  ]
  expect(arrivalOf({ flowing: true, roundTripMs: 12, layers })).toMatchObject({
    flowing: true,
    bitrate: 300,
    lossShare: 0.04,
    roundTripMs: 12,
  })
})

test('of an encoder whose whole pictures come too seldom, that is said', () => {
  const come = (keyFrameMs: number | null): ArrivalLayer[] => [
    {
      kind: 'audio',
      codec: 'audio/opus',
      rid: null,
      bitrate: 64_000,
      lossShare: 0,
      fps: null,
      keyFrameMs: null,
    },
    {
      kind: 'video',
      codec: 'video/H264',
      rid: null,
      bitrate: 4_000_000,
      lossShare: 0,
      fps: 30,
      keyFrameMs,
    },
  ]
  const why = (keyFrameMs: number | null) =>
    verdictOfArrival(arrivalOf({ flowing: true, layers: come(keyFrameMs) })).why
  expect([why(1_000), why(null), why(10_000)]).toEqual(['fine', 'fine', 'keys'])
  expect(arrivalOf({ flowing: true, layers: come(1_000) }).layers[0]?.kind).toBe('video')
})
