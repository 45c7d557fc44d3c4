import type { types } from 'mediasoup'
import { type PeerConnection, type Track, default as webrtc } from 'node-datachannel'
import type { ConsumerParameters, Signal, TransportParameters } from './signal.ts'

type Section = {
  kind: types.MediaKind
  payloadType: number
  codec: string
  ssrcs: number[]
  direction: 'sendonly' | 'recvonly'
}

const payloadTypes = { audio: 111, video: 96 }
/** Layers of the publisher's picture: packets a second and bytes each, smallest first. */
export const layers = [
  { ssrc: 11, perSecond: 15, bytes: 1_000 },
  { ssrc: 12, perSecond: 40, bytes: 1_100 },
  { ssrc: 13, perSecond: 150, bytes: 1_200 },
]
export const sound = { ssrc: 21, perSecond: 50, bytes: 120 }

/** What a host sends with, for as long as its connection lasts. */
export type Sending = {
  send(kind: types.MediaKind, packet: Buffer): void
  isOpen(): boolean
}

/** A host with an encoder of its own: the picture in three sizes, and sound. */
export async function publish(signal: Signal): Promise<Sending> {
  const transport = await signal.ask<TransportParameters>('media:transport', { direction: 'send' })
  const sections: Section[] = [
    section('audio', 'opus/48000/2', [sound.ssrc]),
    section(
      'video',
      'VP8/90000',
      layers.map((l) => l.ssrc),
    ),
  ]
  const pc = new webrtc.PeerConnection('host', { iceServers: [], disableAutoNegotiation: true })
  const tracks = new Map<string, Track>()
  for (const { kind, ssrcs } of sections) {
    const media =
      kind === 'video' ? new webrtc.Video(kind, 'SendOnly') : new webrtc.Audio(kind, 'SendOnly')
    if (media instanceof webrtc.Video) media.addVP8Codec(payloadTypes.video)
    else media.addOpusCodec(payloadTypes.audio)
    for (const ssrc of ssrcs) media.addSSRC(ssrc, 'host')
    tracks.set(kind, pc.addTrack(media))
  }
  await connect({ pc, signal, transport, sections, offers: true })
  for (const { kind, payloadType, ssrcs } of sections) {
    const codec =
      kind === 'video'
        ? { mimeType: 'video/VP8', clockRate: 90_000 }
        : { mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }
    await signal.ask('media:produce', {
      transportId: transport.transportId,
      kind,
      rtpParameters: {
        codecs: [{ ...codec, payloadType }],
        encodings: ssrcs.map((ssrc) => ({ ssrc })),
      },
    })
  }
  return {
    send: (kind, packet) => tracks.get(kind)?.sendMessageBinary(packet),
    isOpen: () => [...tracks.values()].every((track) => track.isOpen()),
  }
}

export type Watching = {
  pc: PeerConnection
  /** From the click to the first packet. */
  firstMs: Promise<number>
}

/** Gets each packet. */
export type Hear = (packet: Buffer, kind: string) => void

/** A viewer, from the click on: connected when this answers. */
export async function watch(signal: Signal, hear?: Hear) {
  const clickedAt = performance.now()
  const { transport, consumers } = await subscribe(signal)
  const pc = new webrtc.PeerConnection('viewer', { iceServers: [], disableAutoNegotiation: true })
  const firstMs = listen(pc, clickedAt, hear)
  const sections = consumers.map(({ kind, rtpParameters }) => {
    const [codec] = rtpParameters.codecs
    const ssrcs = (rtpParameters.encodings ?? []).flatMap(({ ssrc }) => ssrc ?? [])
    const name = kind === 'video' ? 'VP8/90000' : 'opus/48000/2'
    return { ...section(kind, name, ssrcs), payloadType: codec?.payloadType ?? 0 }
  })
  await connect({ pc, signal, transport, sections, offers: false })
  return { pc, firstMs, connectedMs: performance.now() - clickedAt }
}

/**
 * When the first packet came. A track that nobody hears is closed then: its packets are still decrypted
 * before the library finds that nobody wants them, but do not cross into JavaScript, which cost this
 * process more than all the rest of a packet. Tracks are held here: collected, they would fall silent.
 */
export function listen(pc: PeerConnection, clickedAt: number, hear?: Hear): Promise<number> {
  const tracks: Track[] = []
  const first = Promise.withResolvers<number>()
  pc.onTrack((track) => {
    tracks.push(track)
    const kind = track.type()
    track.onMessage((packet) => {
      first.resolve(performance.now() - clickedAt)
      hear?.(packet, kind)
    })
  })
  const hush = () => setImmediate(() => tracks.forEach((track) => track.close()))
  return hear ? first.promise : first.promise.finally(hush)
}

/** Signalling alone: one question for a transport and a consumer for each producer, as our page asks. */
export async function subscribe(signal: Signal) {
  playable ??= signal.ask<Capabilities>('media:capabilities').then(whatPlays)
  const { consumers, ...transport } = await signal.ask<
    TransportParameters & { consumers: ConsumerParameters[] }
  >('media:transport', { direction: 'recv', rtpCapabilities: await playable })
  return { transport, consumers }
}

type Capabilities = { rtpCapabilities: types.RtpCapabilities }

/** Asked once: a page knows what both sides speak before anybody clicks. */
let playable: Promise<types.RtpCapabilities> | undefined

function whatPlays({ rtpCapabilities }: Capabilities): types.RtpCapabilities {
  const codecs = (rtpCapabilities.codecs ?? [])
    .filter(({ mimeType }) => /opus|vp8/i.test(mimeType))
    .map((codec) => ({ ...codec, rtcpFeedback: [] }))
  return { codecs, headerExtensions: [] }
}

function section(kind: types.MediaKind, codec: string, ssrcs: number[]): Section {
  return { kind, payloadType: payloadTypes[kind], codec, ssrcs, direction: 'recvonly' }
}

type Connecting = {
  pc: PeerConnection
  signal: Signal
  transport: TransportParameters
  sections: Section[]
  /** Whoever sends makes the offer; a viewer answers the server's. */
  offers: boolean
}

async function connect({ pc, signal, transport, sections, offers }: Connecting): Promise<void> {
  const connected = new Promise<void>((resolve, reject) => {
    pc.onStateChange((state) => {
      if (state === 'connected') resolve()
      if (state === 'failed') reject(new Error('ICE or DTLS failed'))
    })
  })
  const described = new Promise<string>((resolve) => pc.onLocalDescription((sdp) => resolve(sdp)))
  const direction = offers ? 'recvonly' : 'sendonly'
  const remote = serverSdp(transport, sections, {
    direction,
    setup: offers ? 'passive' : 'actpass',
  })
  if (offers) pc.setLocalDescription('offer')
  else {
    pc.setRemoteDescription(remote, 'offer')
    pc.setLocalDescription('answer')
  }
  const local = await described
  if (offers) pc.setRemoteDescription(remote, 'answer')
  const value = /a=fingerprint:sha-256 (\S+)/.exec(local)?.[1]
  await signal.ask('media:connect', {
    transportId: transport.transportId,
    dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] },
  })
  await connected
}

/** What the server's parameters are as an SDP: ICE-lite, one candidate, a section for each kind. */
function serverSdp(
  { iceParameters, iceCandidates, dtlsParameters }: TransportParameters,
  sections: Section[],
  { direction, setup }: { direction: string; setup: string },
): string {
  const candidate = iceCandidates.find((c) => c.protocol === 'udp') as types.IceCandidate
  const { foundation, priority, ip, port } = candidate
  const fingerprint = dtlsParameters.fingerprints.find((f) => f.algorithm === 'sha-256')?.value
  const mids = sections.map((s) => s.kind)
  const head = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${mids.join(' ')}`,
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${setup}`,
  ]
  const body = sections.flatMap(({ kind, payloadType, codec, ssrcs }) => [
    `m=${kind} 7 UDP/TLS/RTP/SAVPF ${payloadType}`,
    'c=IN IP4 127.0.0.1',
    `a=mid:${kind}`,
    `a=${direction}`,
    'a=rtcp-mux',
    `a=rtpmap:${payloadType} ${codec}`,
    ...(direction === 'sendonly' ? ssrcs.map((ssrc) => `a=ssrc:${ssrc} cname:host`) : []),
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=candidate:${foundation} 1 udp ${priority} ${ip} ${port} typ host`,
    'a=end-of-candidates',
  ])
  return `${[...head, ...body].join('\r\n')}\r\n`
}
