import type { types } from 'mediasoup-client'

export type LayerHealth = {
  rid: string
  width: number
  height: number
  fps: number
  /** Bits a second since the last reading. */
  bitrate: number
  /** Share of packets the server missed of late, 0 to 1; null until it has said. */
  lossShare: number | null
  /** What keeps the encoder from doing better. */
  limitedBy: 'none' | 'cpu' | 'bandwidth' | 'other'
}

export type SendHealth = {
  /** The largest first, as the studio lists them. */
  layers: LayerHealth[]
  audioBitrate: number
  bitrate: number
  lossShare: number | null
  roundTripMs: number | null
}

type Outbound = RTCOutboundRtpStreamStats & { rid?: string; qualityLimitationReason?: string }
type Heard = { ssrc: number; fractionLost?: number; roundTripTime?: number }

/** Reads a publisher's numbers; bitrates are over the time between two readings. */
export class SendMeter {
  #before = new Map<number, { bytes: number; at: number }>()

  async read(producers: { audio?: types.Producer; video?: types.Producer }): Promise<SendHealth> {
    const [video, audio] = await Promise.all([statsOf(producers.video), statsOf(producers.audio)])
    const before = this.#before
    this.#before = new Map()
    const layers = video.sent.map((sent) => layer(sent, video.heard, this.#bitrate(sent, before)))
    layers.sort((a, b) => b.width - a.width)
    const audioBitrate = audio.sent.reduce((sum, sent) => sum + this.#bitrate(sent, before), 0)
    const heard = [...video.heard, ...audio.heard]
    return {
      layers,
      audioBitrate,
      bitrate: layers.reduce((sum, { bitrate }) => sum + bitrate, audioBitrate),
      lossShare: most(heard.map(({ fractionLost }) => fractionLost)),
      roundTripMs: inMs(most(heard.map(({ roundTripTime }) => roundTripTime))),
    }
  }

  #bitrate(sent: Outbound, before: ReadonlyMap<number, { bytes: number; at: number }>): number {
    const now = { bytes: sent.bytesSent ?? 0, at: sent.timestamp }
    this.#before.set(sent.ssrc, now)
    const last = before.get(sent.ssrc)
    if (!last || now.at <= last.at || now.bytes < last.bytes) return 0
    return Math.round(((now.bytes - last.bytes) * 8_000) / (now.at - last.at))
  }
}

async function statsOf(
  producer: types.Producer | undefined,
): Promise<{ sent: Outbound[]; heard: Heard[] }> {
  if (!producer || producer.closed) return { sent: [], heard: [] }
  const all = [...(await producer.getStats()).values()] as { type: string }[]
  return {
    sent: all.filter(({ type }) => type === 'outbound-rtp') as unknown as Outbound[],
    heard: all.filter(({ type }) => type === 'remote-inbound-rtp') as unknown as Heard[],
  }
}

function layer(sent: Outbound, heard: Heard[], bitrate: number): LayerHealth {
  const { rid = '', frameWidth = 0, frameHeight = 0, framesPerSecond = 0 } = sent
  const about = heard.find(({ ssrc }) => ssrc === sent.ssrc)
  return {
    rid,
    width: frameWidth,
    height: frameHeight,
    fps: Math.round(framesPerSecond),
    bitrate,
    lossShare: about?.fractionLost ?? null,
    limitedBy: (sent.qualityLimitationReason ?? 'none') as LayerHealth['limitedBy'],
  }
}

function most(values: (number | undefined)[]): number | null {
  const known = values.filter((one) => one !== undefined)
  return known.length ? Math.max(...known) : null
}

function inMs(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1_000)
}
