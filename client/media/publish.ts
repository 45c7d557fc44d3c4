import { type ReadonlySignal, signal } from '@preact/signals'
import type { types } from 'mediasoup-client'
import { type MediaLine, meet, type Opened, openTransport } from './line.ts'
import { type SendHealth, SendMeter } from './send-health.ts'
import { type Lose, Upkeep } from './upkeep.ts'

const kinds = ['video', 'audio'] as const
export type Kind = (typeof kinds)[number]

type Tracks = Record<Kind, MediaStreamTrack | null>

/** `over` is for good: replaced by another device, ended, banned, or a refusal's code. */
export type PublishState =
  | { at: 'connecting' }
  | { at: 'live' }
  | { at: 'reconnecting' }
  | { at: 'over'; why: string }

export type Publisher = {
  state: ReadonlySignal<PublishState>
  /** Another camera or microphone, or none for a moment; also what a rebuild will send. */
  replaceTrack: (kind: Kind, track: MediaStreamTrack | null) => Promise<void>
  health: () => Promise<SendHealth>
  /** This browser has no way to the server's media, where another one may have. */
  unreached: () => boolean
  close: () => void
}

/** Three layers of a 720p source, as the studio shows them; the smallest first. A smaller source fills the first ones. */
const layers = [
  { rid: 'r0', maxBitrate: 160_000 },
  { rid: 'r1', maxBitrate: 520_000 },
  { rid: 'r2', maxBitrate: 1_800_000 },
]
/**
 * In how many sizes a picture of so many pixels goes out. Chromium makes no more than these, whatever it is asked
 * for, and leaves the last ones out: asked for three, it sent nothing of a camera of 640 × 360 but its half.
 */
export function sizesOf(pixels: number): number {
  if (pixels >= 960 * 540) return 3
  return pixels >= 480 * 270 ? 2 : 1
}

/** Where the encoder starts, kbit/s: the first seconds should not look like the worst ones. */
const startKbps = 1_000

/**
 * Sends a stream into a show and keeps it on air: a lost network, a server that restarts and a page
 * that comes back are answered by building anew with the same tracks. The tracks stay the caller's.
 */
export function publish({
  line,
  showId,
  stream,
}: {
  line: MediaLine
  showId: string
  stream: MediaStream
}): Publisher {
  const state = signal<PublishState>({ at: 'connecting' })
  const tracks: Tracks = {
    video: stream.getVideoTracks()[0] ?? null,
    audio: stream.getAudioTracks()[0] ?? null,
  }
  let sending: Sending | undefined
  const meter = new SendMeter()

  async function build(lose: Lose): Promise<() => void> {
    const met = await meet(line, showId)
    const opened = await openTransport(line, met, { showId, direction: 'send', lost: lose })
    const { close } = opened
    try {
      const made = new Sending(opened, met.device)
      // A track may be replaced while another is on its way.
      for (let kind = made.owes(tracks); kind; kind = made.owes(tracks)) {
        await made.send(kind, tracks[kind])
      }
      sending = made
      if (state.value.at !== 'over') state.value = { at: 'live' }
      return close
    } catch (cause) {
      close()
      throw cause
    }
  }

  const upkeep = new Upkeep({
    line,
    build,
    broken: () => (state.value = { at: 'reconnecting' }),
    over: (why) => (state.value = { at: 'over', why }),
  })

  return {
    state,
    async replaceTrack(kind, track) {
      tracks[kind] = track
      if (state.value.at === 'live') await sending?.send(kind, track)
    },
    health: () => meter.read(sending?.producers ?? {}),
    unreached: () => sending?.unreached === true,
    close() {
      upkeep.close()
      state.value = { at: 'over', why: 'closed' }
    },
  }
}

/** What goes out on one transport: a producer for each kind, made with its first track. */
class Sending {
  readonly producers: Partial<Record<Kind, types.Producer>> = {}
  readonly #opened: Opened
  readonly #device: types.Device

  constructor(opened: Opened, device: types.Device) {
    this.#opened = opened
    this.#device = device
  }

  get unreached(): boolean {
    return this.#opened.onlyHere && this.#opened.transport.connectionState !== 'connected'
  }

  /** What does not go out as it should. */
  owes(tracks: Tracks): Kind | undefined {
    return kinds.find((kind) => (this.producers[kind]?.track ?? null) !== tracks[kind])
  }

  async send(kind: Kind, track: MediaStreamTrack | null): Promise<void> {
    const producer = this.producers[kind]
    if (producer) {
      await producer.replaceTrack({ track })
      if (kind === 'video' && track && producer.rtpSender) await fill(producer.rtpSender, track)
      return
    }
    if (!track) return
    const options = kind === 'video' ? videoOptions(track, this.#device) : audioOptions(track)
    this.producers[kind] = await this.#opened.transport.produce(options)
  }
}

/** The host's switches say whether a track is on, also when it takes the place of another: no producer does. */
const ourTrack = { stopTracks: false, disableTrackOnPause: false }

function videoOptions(track: MediaStreamTrack, device: types.Device): types.ProducerOptions {
  const codecs = device.sendRtpCapabilities.codecs ?? []
  const vp8 = codecs.find(({ mimeType }) => mimeType.toLowerCase() === 'video/vp8')
  return {
    track,
    ...ourTrack,
    // Temporal layers are VP8's; encoders for other codecs may refuse the mode.
    encodings: layers.map((layer, n) => ({
      ...layer,
      ...shareOf(track, n),
      ...(vp8 && { scalabilityMode: 'L1T3' }),
    })),
    codecOptions: { videoGoogleStartBitrate: startKbps },
    ...(vp8 && { codec: vp8 }),
  }
}

/** Another source, perhaps of another size. */
async function fill(sender: RTCRtpSender, track: MediaStreamTrack): Promise<void> {
  const parameters = sender.getParameters()
  for (const [n, encoding] of parameters.encodings.entries()) {
    Object.assign(encoding, shareOf(track, n))
  }
  await sender.setParameters(parameters)
}

/** What a layer has of a source: the largest that is sent has all of it. */
function shareOf(
  track: MediaStreamTrack,
  layer: number,
): { active: boolean; scaleResolutionDownBy: number } {
  const { width = 1_280, height = 720 } = track.getSettings()
  const largest = sizesOf(width * height) - 1
  return { active: layer <= largest, scaleResolutionDownBy: 2 ** Math.max(largest - layer, 0) }
}

function audioOptions(track: MediaStreamTrack): types.ProducerOptions {
  return { track, ...ourTrack, codecOptions: { opusFec: true, opusStereo: true } }
}
