import type { types } from 'mediasoup-client'

/**
 * Lips and voice. A browser that keeps picture and sound in step holds each frame until its sound is played, to the
 * millisecond, and nobody needs that: here neither waits for the other as long as people notice nothing of it.
 * Of 67 ms from camera to eye this took 29 (`npm run bench glass`).
 */

/**
 * Sound may come so long after its picture, and so long before it: people notice 125 and 45 ms (ITU-R BT.1359),
 * and both move between two looks.
 */
export const [mayTrailMs, mayLeadMs] = [110, 30]
/** What is held changes by steps, and becomes less when it is two too much: each change stretches a sound or a movement. */
const stepMs = 10
/**
 * Nor by more than that at a look: Chromium has a picture catch up by a tenth of a second in each, however little it
 * is asked to hold, and sound that was let go faster would only have to wait for it again.
 */
const lessMs = 100
/**
 * So much of a second's sound Chromium leaves out where it has four times what it was asked to hold: 15 ms of every
 * 53, whatever the voice (NetEQ's fast accelerate). Where it has a little more it leaves out a vibration at a time, of
 * a clear tone 40 ms a second: when a network had stood still for 1.5 s a viewer was late for 45 s, now for 25.
 */
const soundCatchesUp = 0.28
/** More than that no browser holds. */
const mostMs = 4_000
const lookMs = 1_000

/** How long the browser had each of late until it was heard or seen; `outMs` of the sound is after its buffer. */
export type Lateness = { soundMs: number; outMs: number; pictureMs: number }
/** How long each is held at least. */
export type Holds = { soundMs: number; pictureMs: number }
export const none: Holds = { soundMs: 0, pictureMs: 0 }

/**
 * Holds the one that is ahead, as far as it must be, and lets the other come. While both catch up, both are held: each
 * is late by its own hold as well, and let go at once it would only be ahead. A picture that is held, and late by that
 * and no more, is not waited for: sound goes first, or each would wait for the other. Who comes alone waits for nobody.
 */
export function holdsFor(late: Lateness | undefined, held: Holds): Holds {
  if (!late) return none
  const { soundMs, outMs, pictureMs } = late
  const follows = held.pictureMs > 0 && pictureMs - held.pictureMs < lessMs
  return {
    soundMs: settled(held.soundMs, pictureMs - (follows ? lessMs : 0) - mayLeadMs - outMs),
    pictureMs: settled(held.pictureMs, soundMs - mayTrailMs),
  }
}

function settled(heldMs: number, neededMs: number): number {
  if (neededMs <= heldMs && neededMs > heldMs - 2 * stepMs) return heldMs
  const nextMs = Math.max(neededMs, heldMs - lessMs, 0)
  return Math.min(Math.ceil(nextMs / stepMs) * stepMs, mostMs)
}

/** Only Chromium tells all that is needed; elsewhere the browser's own way stays on. */
export function tellsLateness({ handlerName }: Pick<types.Device, 'handlerName'>): boolean {
  return handlerName.startsWith('Chrome') && 'jitterBufferTarget' in RTCRtpReceiver.prototype
}

/** Looks once a second, and holds what is ahead. Answers the undo. */
export function keepInStep(sound: RTCRtpReceiver, picture: RTCRtpReceiver): () => void {
  const read = latenessMeter(sound, picture)
  let holds = none
  let stopped = false
  let hurrying: ReturnType<typeof setTimeout> | undefined
  const hold = (now: Holds) => {
    if (now.soundMs !== holds.soundMs) holdSound(now.soundMs)
    if (now.pictureMs !== holds.pictureMs) picture.jitterBufferTarget = now.pictureMs
    holds = now
  }
  /** Less is asked for as nothing at all, until that much has been left out. */
  const holdSound = (ms: number) => {
    clearTimeout(hurrying)
    const tooMuchMs = holds.soundMs - ms
    sound.jitterBufferTarget = tooMuchMs > 0 ? 0 : ms
    if (tooMuchMs <= 0 || ms === 0) return
    hurrying = setTimeout(() => (sound.jitterBufferTarget = ms), tooMuchMs / soundCatchesUp)
  }
  const look = async () => {
    const late = await read()
    if (!stopped) hold(holdsFor(late, holds))
  }
  const timer = setInterval(() => void look(), lookMs)
  return () => {
    stopped = true
    clearInterval(timer)
    hold(none)
  }
}

/** Answers how late both were since it was asked before; nothing at first, and when one of them did not come. */
function latenessMeter(sound: RTCRtpReceiver, picture: RTCRtpReceiver) {
  const sums = new Map<string, { seconds: number; many: number }>()

  /** A sum's growth for each of what grew beside it. */
  function meanMs(of: string, seconds = 0, many = 0): number | undefined {
    const before = sums.get(of)
    sums.set(of, { seconds, many })
    if (!before || many <= before.many) return undefined
    return ((seconds - before.seconds) * 1_000) / (many - before.many)
  }

  return async (): Promise<Lateness | undefined> => {
    const [heard, seen] = await Promise.all([told(sound), told(picture)])
    const { inbound } = heard
    const bufferMs = meanMs('sound', inbound?.jitterBufferDelay, inbound?.jitterBufferEmittedCount)
    const outMs = meanMs('out', heard.out?.totalPlayoutDelay, heard.out?.totalSamplesCount) ?? 0
    const pictureMs = meanMs(
      'picture',
      seen.inbound?.totalProcessingDelay,
      seen.inbound?.framesDecoded,
    )
    if (bufferMs === undefined || pictureMs === undefined) return undefined
    return { soundMs: bufferMs + outMs, outMs, pictureMs }
  }
}

/** As Chromium has it: until sound has left the device, which the language's library does not know. */
type Playout = { totalPlayoutDelay?: number; totalSamplesCount?: number }

async function told(receiver: RTCRtpReceiver) {
  const all = [...(await receiver.getStats()).values()] as { type: string }[]
  const find = (type: string) => all.find((one) => one.type === type)
  return {
    inbound: find('inbound-rtp') as RTCInboundRtpStreamStats | undefined,
    out: find('media-playout') as Playout | undefined,
  }
}
