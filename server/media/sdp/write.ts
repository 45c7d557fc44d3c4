import type { types } from 'mediasoup'
import type { Extension } from './extensions.ts'
import type { Offer, Section } from './read.ts'

/** One section that we accept, in words that both sides understand. */
export type AnsweredSection = {
  index: number
  direction: 'recvonly' | 'sendonly'
  codecs: readonly types.RtpCodecParameters[]
  extensions: readonly Extension[]
  /** Rids in the offer's order. */
  layers?: readonly string[]
}

export type OurTransport = {
  iceParameters: types.IceParameters
  iceCandidates: types.IceCandidate[]
  dtlsParameters: types.DtlsParameters
}

/**
 * The answer, complete: all our candidates are in it, because encoders do not trickle. Sections
 * that we do not accept are there with port 0, as RFC 3264 asks.
 */
export function writeAnswer(
  offer: Offer,
  accepted: readonly AnsweredSection[],
  transport: OurTransport,
): string {
  const answered = new Map(accepted.map((one) => [one.index, one]))
  const mids = offer.sections.filter(({ index }) => answered.has(index)).map(({ mid }) => mid)
  return lines([
    'v=0',
    'o=vitrine 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${mids.join(' ')}`,
    ...(offer.extmapAllowMixed ? ['a=extmap-allow-mixed'] : []),
    'a=msid-semantic: WMS *',
    ...offer.sections.flatMap((section) => {
      const answer = answered.get(section.index)
      return answer ? acceptedLines(section, answer, transport) : refusedLines(section)
    }),
  ])
}

/** RFC 9725: the answer to an ICE restart, with our new credentials and all our candidates. */
export function writeFragment(
  first: { kind: string; mid: string },
  transport: Omit<OurTransport, 'dtlsParameters'>,
): string {
  return lines([
    'a=ice-lite',
    `a=group:BUNDLE ${first.mid}`,
    `m=${first.kind} 9 UDP/TLS/RTP/SAVPF 0`,
    `a=mid:${first.mid}`,
    ...iceLines(transport),
  ])
}

function acceptedLines(section: Section, answer: AnsweredSection, ours: OurTransport): string[] {
  const { codecs, extensions, layers = [], direction } = answer
  const { reducedSize, kind, mid, protocol } = section
  const fingerprint = ours.dtlsParameters.fingerprints.find(({ algorithm }) =>
    /^sha-256$/i.test(algorithm),
  )
  return [
    `m=${kind} 9 ${protocol} ${codecs.map(({ payloadType }) => payloadType).join(' ')}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    `a=${direction}`,
    ...(direction === 'sendonly' ? [`a=msid:vitrine ${kind}`] : []),
    'a=rtcp-mux',
    ...(reducedSize ? ['a=rtcp-rsize'] : []),
    'a=setup:passive',
    `a=fingerprint:sha-256 ${fingerprint?.value}`,
    ...iceLines(ours),
    ...codecs.flatMap(codecLines),
    ...extensions.map(({ id, uri }) => `a=extmap:${id} ${uri}`),
    ...layers.map((layer) => `a=rid:${layer} recv`),
    ...(layers.length ? [`a=simulcast:recv ${layers.join(';')}`] : []),
  ]
}

function refusedLines({ kind, protocol, formats, mid }: Section): string[] {
  return [
    `m=${kind} 0 ${protocol} ${formats}`,
    'c=IN IP4 0.0.0.0',
    ...(mid === undefined ? [] : [`a=mid:${mid}`]),
    'a=inactive',
  ]
}

function iceLines({ iceParameters, iceCandidates }: Omit<OurTransport, 'dtlsParameters'>) {
  return [
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    ...iceCandidates.map(candidateLine),
    'a=end-of-candidates',
  ]
}

function candidateLine(candidate: types.IceCandidate): string {
  const { foundation, protocol, priority, address, port, type, tcpType } = candidate
  const tcp = tcpType ? ` tcptype ${tcpType}` : ''
  return `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}${tcp}`
}

function codecLines(codec: types.RtpCodecParameters): string[] {
  const { payloadType: pt, mimeType, clockRate, channels, parameters, rtcpFeedback } = codec
  const [, name] = mimeType.split('/')
  const fmtp = Object.entries(parameters ?? {}).map(([key, value]) => `${key}=${value}`)
  return [
    `a=rtpmap:${pt} ${name}/${clockRate}${channels && channels > 1 ? `/${channels}` : ''}`,
    ...(fmtp.length ? [`a=fmtp:${pt} ${fmtp.join(';')}`] : []),
    ...(rtcpFeedback ?? []).map(
      ({ type, parameter }) => `a=rtcp-fb:${pt} ${type}${parameter ? ` ${parameter}` : ''}`,
    ),
  ]
}

function lines(all: readonly string[]): string {
  return `${all.join('\r\n')}\r\n`
}
