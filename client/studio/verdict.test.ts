import { expect, test } from 'vitest'
import { arrivalOf, verdictOf } from './verdict.ts'

const layer = { rid: 'r2', width: 720, height: 1280, fps: 30, bitrate: 1_600_000, lossShare: 0 }
const health = {
  layers: [{ ...layer, limitedBy: 'none' as const }],
  audioBitrate: 40_000,
  bitrate: 1_640_000,
  lossShare: 0.002,
  roundTripMs: 24,
}
const arrival = { flowing: true, bitrate: 1_600_000, lossShare: 0.001, roundTripMs: 20 }
const fine = { at: 'on', health, arrival, sending: true }

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
  expect(verdictOf({ ...fine, at: 'reconnecting' })).toEqual({ is: 'lost', why: 'away' })
})

test('the server’s answer is read with care', () => {
  expect(arrivalOf({})).toEqual({ flowing: false, bitrate: 0, lossShare: 0, roundTripMs: null })
  const layers = [
    { bitrate: 100, lossShare: 0.01 },
    { bitrate: 200, lossShare: 0.04 },
  ]
  expect(arrivalOf({ flowing: true, roundTripMs: 12, layers })).toEqual({
    flowing: true,
    bitrate: 300,
    lossShare: 0.04,
    roundTripMs: 12,
  })
})
