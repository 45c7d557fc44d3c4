import type { types } from 'mediasoup'
import type { OfferedCodec, Section } from './read.ts'

/** What both sides can agree on, from what somebody offered. */

const spoken: Record<string, { clockRate: number; channels: number; mimeType: string }> = {
  opus: { clockRate: 48_000, channels: 2, mimeType: 'audio/opus' },
  h264: { clockRate: 90_000, channels: 1, mimeType: 'video/H264' },
  vp8: { clockRate: 90_000, channels: 1, mimeType: 'video/VP8' },
}

/** The same feedback as our routers have for that kind. */
const feedbackSpoken: Record<string, readonly string[]> = {
  audio: ['nack', 'transport-cc'],
  video: ['nack', 'nack pli', 'ccm fir', 'goog-remb', 'transport-cc'],
}

const opusParameters = ['useinbandfec', 'usedtx', 'stereo', 'sprop-stereo']

/** What we speak of a section, in the offerer's order, one of each name. */
export function inCommon({ kind, codecs }: Section): OfferedCodec[] {
  const found = codecs.filter((codec) => speaks(kind, codec))
  return found.filter((codec, i) => found.findIndex(({ name }) => name === codec.name) === i)
}

function speaks(kind: string, { name, clockRate, channels, parameters }: OfferedCodec): boolean {
  const ours = spoken[name]
  if (!ours?.mimeType.startsWith(`${kind}/`)) return false
  if (clockRate !== ours.clockRate || channels !== ours.channels) return false
  if (name !== 'h264') return true
  return parameters.get('packetization-mode') === '1' && isConstrainedBaseline(parameters)
}

/** RFC 6184, table 5. What names no profile is taken for the one that everybody has. */
function isConstrainedBaseline(parameters: Map<string, string>): boolean {
  const profile = parameters.get('profile-level-id')
  if (profile === undefined) return true
  if (!/^[0-9a-f]{6}$/i.test(profile)) return false
  const idc = profile.slice(0, 2).toLowerCase()
  const constraints = Number.parseInt(profile.slice(2, 4), 16)
  if (idc === '42') return (constraints & 0x4f) === 0x40
  if (idc === '4d') return (constraints & 0x8f) === 0x80
  return idc === '58' && (constraints & 0xcf) === 0xc0
}

/** One codec as mediasoup takes it, with the numbers that the offerer gave it. */
export function rtpCodec(kind: string, codec: OfferedCodec): types.RtpCodecParameters {
  const ours = spoken[codec.name]
  return {
    mimeType: ours?.mimeType ?? '',
    payloadType: codec.payloadType,
    clockRate: codec.clockRate,
    ...(kind === 'audio' && { channels: codec.channels }),
    parameters: codecParameters(codec),
    rtcpFeedback: codec.feedback
      .filter((one) => feedbackSpoken[kind]?.includes(one))
      .map((one) => {
        const [type = '', parameter] = one.split(' ')
        return { type, ...(parameter !== undefined && { parameter }) }
      }),
  }
}

function codecParameters({ name, parameters }: OfferedCodec): Record<string, string | number> {
  if (name === 'h264') {
    return {
      'packetization-mode': 1,
      'profile-level-id': parameters.get('profile-level-id')?.toLowerCase() ?? '42e01f',
      'level-asymmetry-allowed': 1,
    }
  }
  if (name !== 'opus') return {}
  const flags = opusParameters.filter((key) => /^[01]$/.test(parameters.get(key) ?? ''))
  return Object.fromEntries(flags.map((key) => [key, Number(parameters.get(key))]))
}

export function repairCodec(kind: string, codec: OfferedCodec): types.RtpCodecParameters[] {
  if (codec.rtx === undefined) return []
  const { rtx: payloadType, clockRate } = codec
  return [
    { mimeType: `${kind}/rtx`, payloadType, clockRate, parameters: { apt: codec.payloadType } },
  ]
}
