import type { types } from 'mediasoup'

/** RTP header extensions that we make use of; the rest is left out of every answer. */
export const uris = {
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  rid: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  repairedRid: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  absSendTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  transportCc: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  audioLevel: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  orientation: 'urn:3gpp:video-orientation',
} as const

const known = new Set<string>(Object.values(uris))

export type Extension = { id: number; uri: types.RtpHeaderExtensionUri }

export function spokenOf(extensions: readonly { id: number; uri: string }[]): Extension[] {
  return extensions.filter((one): one is Extension => known.has(one.uri))
}
