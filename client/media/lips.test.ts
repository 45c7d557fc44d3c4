import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Holds, holdsFor, keepInStep, mayLeadMs, mayTrailMs, none } from './lips.ts'

/** In the browser for so long: in the buffer for sound and after it, and the picture. */
const late = (bufferMs: number, pictureMs: number, outMs = 30) => ({
  soundMs: bufferMs + outMs,
  outMs,
  pictureMs,
})

/** What is held raises its lateness to at least that. */
function lateness({ soundMs, outMs, pictureMs }: ReturnType<typeof late>, held: Holds) {
  return {
    soundMs: Math.max(soundMs, held.soundMs + outMs),
    outMs,
    pictureMs: Math.max(pictureMs, held.pictureMs),
  }
}

describe('picture and sound', () => {
  test('wait for nothing while people notice nothing', () => {
    expect(holdsFor(late(60, 10), none)).toEqual(none)
    expect(holdsFor(late(40, 60), none)).toEqual(none)
  })

  test('one that comes alone is not held', () => {
    expect(holdsFor(undefined, { soundMs: 0, pictureMs: 200 })).toEqual(none)
  })

  test('a picture is held for late sound, sound for a late picture', () => {
    expect(holdsFor(late(400, 10), none)).toEqual({ soundMs: 0, pictureMs: 320 })
    expect(holdsFor(late(40, 400), none)).toEqual({ soundMs: 340, pictureMs: 0 })
  })

  test('a small change is no reason to hold less, a larger one is, a tenth of a second at a time', () => {
    const held = { soundMs: 0, pictureMs: 320 }
    expect(holdsFor(late(390, 320), held).pictureMs).toBe(320)
    expect(holdsFor(late(350, 320), held).pictureMs).toBe(270)
    expect(holdsFor(late(60, 60), held).pictureMs).toBe(220)
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
    [late(20, 95, 20)],
  ])('%o come to rest within what people do not notice', (natural) => {
    let held = none
    for (let looks = 0; looks < 5; looks += 1) held = holdsFor(lateness(natural, held), held)
    const { soundMs, pictureMs } = lateness(natural, held)
    expect(soundMs - pictureMs).toBeLessThanOrEqual(mayTrailMs)
    expect(pictureMs - soundMs).toBeLessThanOrEqual(mayLeadMs)
    expect(holdsFor(lateness(natural, held), held)).toEqual(held)
  })

  /** As Chromium was seen to do it: what is asked for less is let go by that, and a little more than that. */
  function soundAfter(soundMs: number, before: Holds, now: Holds, freelyMs: number, least: number) {
    const goesMs = before.soundMs > 0 ? before.soundMs - now.soundMs + 40 : freelyMs
    return Math.max(least, soundMs - Math.max(goesMs, 0))
  }

  test.each([
    ['the picture', 300, { soundMs: 0, pictureMs: 1_500 }],
    ['the picture', 1_000, { soundMs: 0, pictureMs: 1_500 }],
    ['the sound', 300, { soundMs: 870, pictureMs: 0 }],
    ['the sound', 1_000, { soundMs: 870, pictureMs: 0 }],
    ['each for the other', 300, { soundMs: 1_370, pictureMs: 1_420 }],
  ])(
    '%s was held, for what is late no more: both are let go in step, sound by %i ms a second at most',
    (_, freelyMs, begun) => {
      const rest = late(60, 10)
      let held: Holds = begun
      let soundMs = (begun.soundMs || 1_580) + rest.outMs
      let pictureMs = begun.pictureMs || 930
      const apart: number[] = []
      for (let looks = 0; looks < 25; looks += 1) {
        const now = holdsFor({ soundMs, outMs: rest.outMs, pictureMs }, held)
        const least = lateness(rest, now)
        soundMs = soundAfter(soundMs, held, now, freelyMs, least.soundMs)
        pictureMs = Math.max(least.pictureMs, pictureMs - 100)
        held = now
        apart.push(soundMs - pictureMs)
      }
      // The first second is over before it is seen.
      expect(Math.max(...apart.slice(1))).toBeLessThanOrEqual(mayTrailMs)
      expect(Math.min(...apart.slice(1))).toBeGreaterThanOrEqual(-mayLeadMs)
      expect(held).toEqual(none)
      expect(pictureMs).toBeLessThan(mayTrailMs)
    },
  )
})

describe('a look', () => {
  afterEach(() => vi.useRealTimers())

  /** A sound and a picture, of which a second comes at a time: a thousand of each, so late. */
  function pair() {
    const came = { many: 0, soundS: 0, pictureS: 0 }
    const receiver = (sums: () => object) => {
      const getStats = async () => new Map([['in', { type: 'inbound-rtp', ...sums() }]])
      return { jitterBufferTarget: null as number | null, getStats }
    }
    const sound = receiver(() => ({
      jitterBufferDelay: came.soundS,
      jitterBufferEmittedCount: came.many,
    }))
    const picture = receiver(() => ({
      totalProcessingDelay: came.pictureS,
      framesDecoded: came.many,
    }))
    const comes = (soundMs: number, pictureMs: number) => {
      came.many += 1_000
      came.soundS += soundMs
      came.pictureS += pictureMs
      return vi.advanceTimersByTimeAsync(1_000)
    }
    const asReceiver = (one: object) => one as RTCRtpReceiver
    const letGo = keepInStep(asReceiver(sound), asReceiver(picture))
    return { sound, picture, comes, letGo }
  }

  test('counts what came since the one before, not what came before it looked', async () => {
    vi.useFakeTimers()
    const { picture, comes, letGo } = pair()
    await comes(900, 10)
    expect(picture.jitterBufferTarget).toBeNull()
    await comes(60, 10)
    expect(picture.jitterBufferTarget).toBeNull()
    await comes(900, 10)
    expect(picture.jitterBufferTarget).toBe(790)
    letGo()
    expect(picture.jitterBufferTarget).toBe(0)
  })

  test.each([
    ['until that much is left out', false, 770],
    ['for good, when nobody looks any more', true, 0],
  ])('lets sound go by asking for none of it, %s', async (_, isOver, then) => {
    vi.useFakeTimers()
    const { sound, comes, letGo } = pair()
    await comes(60, 900)
    await comes(60, 900)
    expect(sound.jitterBufferTarget).toBe(870)
    await comes(870, 780)
    expect(sound.jitterBufferTarget).toBe(0)
    if (isOver) letGo()
    await vi.advanceTimersByTimeAsync(360)
    expect(sound.jitterBufferTarget).toBe(then)
  })
})
