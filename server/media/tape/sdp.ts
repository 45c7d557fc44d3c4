import type { types } from 'mediasoup'

/** One track as it leaves the router, and the port on which the program takes it. */
export type Track = { kind: types.MediaKind; rtp: types.RtpParameters; port: number }

/** What tells the program which packets come where. RTCP comes on the next port. */
export function describe(tracks: readonly Track[]): string {
  return [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=tape',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    'a=source-filter: incl IN IP4 127.0.0.1 127.0.0.1',
    ...tracks.flatMap(section),
    '',
  ].join('\r\n')
}

function section({ kind, rtp, port }: Track): string[] {
  const [codec] = rtp.codecs
  if (!codec) throw new Error(`a ${kind} consumer without a codec`)
  const { payloadType, mimeType, clockRate, channels, parameters } = codec
  const name = mimeType.slice(mimeType.indexOf('/') + 1)
  const ssrc = rtp.encodings?.[0]?.ssrc
  const fmtp = Object.entries(parameters ?? {}).map(([key, value]) => `${key}=${value}`)
  return [
    `m=${kind} ${port} RTP/AVP ${payloadType}`,
    `a=rtpmap:${payloadType} ${name}/${clockRate}${channels ? `/${channels}` : ''}`,
    ...(fmtp.length ? [`a=fmtp:${payloadType} ${fmtp.join(';')}`] : []),
    ...(ssrc === undefined ? [] : [`a=ssrc:${ssrc} cname:tape`]),
    'a=recvonly',
  ]
}
