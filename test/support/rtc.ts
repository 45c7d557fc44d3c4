import { MediaStreamTrack, RTCPeerConnection, RtpHeader, RtpPacket, useOPUS, useVP8 } from 'werift'

/**
 * An encoder and a player that are nobody's browser: they speak WHIP and WHEP as anybody may, and
 * send and count real packets through ICE, DTLS and SRTP. What the picture shows is nothing.
 */

const frameMs = 40
const connectMs = 10_000

type Asked = { token?: string | undefined }

export type Encoder = Awaited<ReturnType<typeof encode>>
export type Player = Awaited<ReturnType<typeof play>>

/** No session came of it. */
class Declined extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, text: string) {
    super(`${status} ${text}`)
    this.status = status
    this.code = (JSON.parse(text) as { code: string }).code
  }
}

/** On the air when it answers, with sound and a picture of key frames alone. */
export async function encode(url: string, { token }: Asked) {
  const pc = peer()
  const tracks = (['audio', 'video'] as const).map((kind) => {
    const track = new MediaStreamTrack({ kind })
    pc.addTransceiver(track, { direction: 'sendonly' })
    return track
  })
  const session = await open(pc, url, token)
  let sequence = 0
  const sending = setInterval(() => {
    sequence = (sequence + 1) % 65_536
    for (const track of tracks) track.writeRtp(packetOf(track, sequence))
  }, frameMs)
  return {
    ...session,
    async close() {
      clearInterval(sending)
      await session.hangUp()
    },
  }
}

/** Counts what comes, by kind. */
export async function play(url: string, { token }: Asked = {}) {
  const pc = peer()
  const packets = { audio: 0, video: 0 }
  for (const kind of ['audio', 'video'] as const) {
    pc.addTransceiver(kind, { direction: 'recvonly' })
  }
  const session = await open(pc, url, token)
  // Our answers name no SSRC, so the packets are counted where they leave SRTP.
  for (const transport of pc.dtlsTransports) {
    transport.onRtp.subscribe(({ header }) => {
      packets[header.payloadType === audioType ? 'audio' : 'video'] += 1
    })
  }
  return { ...session, packets, close: () => session.hangUp() }
}

const audioType = 96
const videoType = 97

function peer(): RTCPeerConnection {
  return new RTCPeerConnection({
    codecs: {
      audio: [useOPUS({ payloadType: audioType })],
      video: [useVP8({ payloadType: videoType })],
    },
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    bundlePolicy: 'max-bundle',
  })
}

async function open(pc: RTCPeerConnection, url: string, token: string | undefined) {
  try {
    await pc.setLocalDescription(await pc.createOffer())
    const authorization: Record<string, string> =
      token === undefined ? {} : { authorization: `Bearer ${token}` }
    const answer = await fetch(url, {
      method: 'POST',
      // Each from a connection of its own, as from different machines: processes share a port by connections.
      headers: { 'content-type': 'application/sdp', connection: 'close', ...authorization },
      body: pc.localDescription?.sdp ?? '',
    })
    const sdp = await answer.text()
    if (answer.status !== 201) throw new Declined(answer.status, sdp)
    await pc.setRemoteDescription({ type: 'answer', sdp })
    await connected(pc)
    const path = answer.headers.get('location') ?? ''
    return {
      path,
      etag: answer.headers.get('etag') ?? '',
      async hangUp() {
        await pc.close()
        // Its node may be gone: then there is nobody to say goodbye to.
        await fetch(new URL(path, url), { method: 'DELETE', headers: authorization }).catch(
          () => undefined,
        )
      },
    }
  } catch (error) {
    await pc.close()
    throw error
  }
}

async function connected(pc: RTCPeerConnection): Promise<void> {
  if (pc.connectionState === 'connected') return
  await pc.connectionStateChange.watch((state) => state === 'connected', connectMs)
}

function packetOf({ kind }: MediaStreamTrack, sequenceNumber: number): RtpPacket {
  const clockRate = kind === 'video' ? 90 : 48
  const timestamp = Math.floor(performance.now() * clockRate) % 2 ** 32
  const header = new RtpHeader({ sequenceNumber, timestamp, marker: true })
  return new RtpPacket(header, kind === 'video' ? keyFrame : sound)
}

/** A VP8 descriptor at a partition's start, and a frame whose first bit says that it is a key frame. */
const keyFrame = Buffer.concat([Buffer.from([0x10, 0x00]), Buffer.alloc(400)])
const sound = Buffer.alloc(60)
