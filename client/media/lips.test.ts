import { describe, expect, test } from 'vitest'
import { type Holds, holdsFor, mayLeadMs, mayTrailMs, none } from './lips.ts'

/** In the browser for so long: in the buffer for sound and after it, and the picture. */
const late = (bufferMs: number, pictureMs: number, outMs = 30) => ({
  soundMs: bufferMs + outMs,
  outMs,
  pictureMs,
})

/** What is held raises its lateness to at least that. */
function lateness(natural: ReturnType<typeof late>, held: Holds) {
  return late(
    Math.max(natural.soundMs - natural.outMs, held.soundMs),
    Math.max(natural.pictureMs, held.pictureMs),
    natural.outMs,
  )
}

describe('picture and sound', () => {
  test('wait for nothing while people notice nothing', () => {
    expect(holdsFor(late(60, 10), none)).toEqual(none)
    expect(holdsFor(late(40, 60), none)).toEqual(none)
  })

  test('one that comes alone is not held', () => {
    expect(holdsFor(undefined, { soundMs: 0, pictureMs: 200 })).toEqual(none)
  })

  test('a picture is held for late sound, sound for a late picture, never both', () => {
    expect(holdsFor(late(400, 10), none)).toEqual({ soundMs: 0, pictureMs: 320 })
    expect(holdsFor(late(40, 400), none)).toEqual({ soundMs: 340, pictureMs: 0 })
    expect(holdsFor(late(400, 10), { soundMs: 340, pictureMs: 0 }).soundMs).toBe(0)
  })

  test('a small change is no reason to hold less, a larger one is', () => {
    const held = { soundMs: 0, pictureMs: 320 }
    expect(holdsFor(late(390, 320), held)).toEqual(held)
    expect(holdsFor(late(350, 320), held)).toEqual({ soundMs: 0, pictureMs: 270 })
    expect(holdsFor(late(60, 60), held).pictureMs).toBe(0)
  })

  test('no more is asked for than a browser holds', () => {
    expect(holdsFor(late(9_000, 10), none).pictureMs).toBe(4_000)
  })

  test.each([
    [late(0, 0)],
    [late(500, 10)],
    [late(500, 10, 250)],
    [late(20, 900)],
    [late(20, 900, 250)],
    [late(150, 140)],
  ])('%o come to rest within what people do not notice', (natural) => {
    let held = none
    for (let looks = 0; looks < 5; looks += 1) held = holdsFor(lateness(natural, held), held)
    const { soundMs, pictureMs } = lateness(natural, held)
    expect(soundMs - pictureMs).toBeLessThanOrEqual(mayTrailMs)
    expect(pictureMs - soundMs).toBeLessThanOrEqual(mayLeadMs)
    expect(holdsFor(lateness(natural, held), held)).toEqual(held)
  })
})
