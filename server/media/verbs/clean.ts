import type { types } from 'mediasoup'
import { invalid } from '../../base/refusal.ts'

/**
 * Copies what a client sent field by field into what mediasoup expects, or refuses. mediasoup
 * checks shapes with raw TypeErrors, has no bound on counts (10,000 codecs cost 31 ms of the loop)
 * and writes into a buffer that all requests of a worker share, so nothing unread gets there.
 */

const codecsMax = 32
const feedbackMax = 16
const fmtpMax = 32
const extensionsMax = 32
/** Simulcast has three layers; a fourth is slack. */
const encodingsMax = 4
const textMax = 256

type Fields = Record<string, unknown>

export function cleanRtpParameters(
  kind: types.MediaKind,
  value: unknown,
  at = '/rtpParameters',
): types.RtpParameters {
  const given = fields(value, at)
  const codecs = list(given['codecs'], `${at}/codecs`, codecsMax).map((codec, i) =>
    codecParameters(kind, codec, `${at}/codecs/${i}`),
  )
  checkCodecs(codecs, `${at}/codecs`)
  const encodings = list(given['encodings'] ?? [], `${at}/encodings`, encodingsMax).map((one, i) =>
    encoding(one, `${at}/encodings/${i}`),
  )
  distinct(encodings.flatMap(ssrcs), `${at}/encodings`)
  distinct(
    encodings.flatMap(({ rid }) => rid ?? []),
    `${at}/encodings`,
  )
  return defined({
    mid: optional(given['mid'], `${at}/mid`, (v, p) => text(v, p, 32)),
    codecs,
    headerExtensions: headerExtensions(given['headerExtensions'], `${at}/headerExtensions`),
    encodings,
    rtcp: optional(given['rtcp'], `${at}/rtcp`, rtcp),
    msid: optional(given['msid'], `${at}/msid`, text),
  })
}

export function cleanRtpCapabilities(
  value: unknown,
  at = '/rtpCapabilities',
): types.RtpCapabilities {
  const given = fields(value, at)
  return {
    codecs: list(given['codecs'], `${at}/codecs`, codecsMax).map((codec, i) =>
      codecCapability(codec, `${at}/codecs/${i}`),
    ),
    headerExtensions: list(
      given['headerExtensions'] ?? [],
      `${at}/headerExtensions`,
      extensionsMax,
    ).map((one, i) => extensionCapability(one, `${at}/headerExtensions/${i}`)),
  }
}

/** SHA-2 alone: what browsers send, and nobody needs weaker. */
const fingerprintBytes: Record<string, number> = { 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 }

export function cleanDtlsParameters(value: unknown, at = '/dtlsParameters'): types.DtlsParameters {
  const given = fields(value, at)
  const fingerprints = list(given['fingerprints'], `${at}/fingerprints`, 8).map((one, i) => {
    const print = fields(one, `${at}/fingerprints/${i}`)
    const algorithm = text(print['algorithm'], `${at}/fingerprints/${i}/algorithm`)
    const bytes = fingerprintBytes[algorithm]
    if (!bytes) throw invalid(`${at}/fingerprints/${i}/algorithm`, 'must be SHA-2')
    const digest = text(print['value'], `${at}/fingerprints/${i}/value`)
    if (digest.length !== bytes * 3 - 1 || !/^[0-9a-f]{2}(:[0-9a-f]{2})*$/i.test(digest)) {
      throw invalid(`${at}/fingerprints/${i}/value`, 'is not a fingerprint of that kind')
    }
    return { algorithm: algorithm as types.FingerprintAlgorithm, value: digest }
  })
  if (!fingerprints.length) throw invalid(`${at}/fingerprints`, 'must not be empty')
  return defined({
    role: optional(given['role'], `${at}/role`, (v, p) => choice(v, p, dtlsRoles)),
    fingerprints,
  })
}

const dtlsRoles = ['auto', 'client', 'server'] as const
const kinds = ['audio', 'video'] as const
const directions = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const

function codecParameters(
  kind: types.MediaKind,
  value: unknown,
  at: string,
): types.RtpCodecParameters {
  const given = fields(value, at)
  const mimeType = text(given['mimeType'], `${at}/mimeType`, 64)
  if (!mimeType.toLowerCase().startsWith(`${kind}/`)) {
    throw invalid(`${at}/mimeType`, `must be ${kind}`)
  }
  return defined({
    mimeType,
    payloadType: whole(given['payloadType'], `${at}/payloadType`, 0, 127),
    ...codecCommon(given, at),
  })
}

function codecCapability(value: unknown, at: string): types.RtpCodecCapability {
  const given = fields(value, at)
  return defined({
    kind: choice(given['kind'], `${at}/kind`, kinds),
    mimeType: text(given['mimeType'], `${at}/mimeType`, 64),
    preferredPayloadType: whole(
      given['preferredPayloadType'],
      `${at}/preferredPayloadType`,
      0,
      127,
    ),
    ...codecCommon(given, at),
  })
}

function codecCommon(given: Fields, at: string) {
  return {
    clockRate: whole(given['clockRate'], `${at}/clockRate`, 1, 1_000_000),
    channels: optional(given['channels'], `${at}/channels`, (v, p) => whole(v, p, 1, 8)),
    parameters: fmtp(given['parameters'] ?? {}, `${at}/parameters`),
    rtcpFeedback: list(given['rtcpFeedback'] ?? [], `${at}/rtcpFeedback`, feedbackMax).map(
      (one, i) => feedback(one, `${at}/rtcpFeedback/${i}`),
    ),
  }
}

function fmtp(value: unknown, at: string): Record<string, string | number> {
  const pairs = Object.entries(fields(value, at))
  if (pairs.length > fmtpMax) throw invalid(at, 'has too many entries')
  return Object.fromEntries(
    pairs.map(([key, one]) => {
      const known = typeof one === 'number' ? Number.isFinite(one) : typeof one === 'string'
      if (!known || key.length > 64) throw invalid(at, 'may hold numbers and short texts')
      if (key === 'apt') whole(one, `${at}/apt`, 0, 127)
      return [key, typeof one === 'string' ? text(one, at) : (one as number)]
    }),
  )
}

function feedback(value: unknown, at: string): types.RtcpFeedback {
  const given = fields(value, at)
  return defined({
    type: text(given['type'], `${at}/type`, 32),
    parameter: optional(given['parameter'], `${at}/parameter`, (v, p) => text(v, p, 32)),
  })
}

function headerExtensions(value: unknown, at: string): types.RtpHeaderExtensionParameters[] {
  return list(value ?? [], at, extensionsMax).map((one, i) => {
    const given = fields(one, `${at}/${i}`)
    return defined({
      uri: text(given['uri'], `${at}/${i}/uri`) as types.RtpHeaderExtensionUri,
      id: whole(given['id'], `${at}/${i}/id`, 1, 255),
      encrypt: optional(given['encrypt'], `${at}/${i}/encrypt`, flag),
      parameters: fmtp(given['parameters'] ?? {}, `${at}/${i}/parameters`),
    })
  })
}

function extensionCapability(value: unknown, at: string): types.RtpHeaderExtension {
  const given = fields(value, at)
  return defined({
    kind: choice(given['kind'], `${at}/kind`, kinds),
    uri: text(given['uri'], `${at}/uri`) as types.RtpHeaderExtensionUri,
    preferredId: whole(given['preferredId'], `${at}/preferredId`, 1, 255),
    preferredEncrypt: optional(given['preferredEncrypt'], `${at}/preferredEncrypt`, flag),
    direction: optional(given['direction'], `${at}/direction`, (v, p) => choice(v, p, directions)),
  })
}

function encoding(value: unknown, at: string): types.RtpEncodingParameters {
  const given = fields(value, at)
  return defined({
    ssrc: optional(given['ssrc'], `${at}/ssrc`, ssrc),
    rid: optional(given['rid'], `${at}/rid`, (v, p) => match(v, p, /^[A-Za-z0-9]{1,16}$/)),
    codecPayloadType: optional(given['codecPayloadType'], `${at}/codecPayloadType`, (v, p) =>
      whole(v, p, 0, 127),
    ),
    rtx: optional(given['rtx'], `${at}/rtx`, (v, p) => ({
      ssrc: ssrc(fields(v, p)['ssrc'], `${p}/ssrc`),
    })),
    dtx: optional(given['dtx'], `${at}/dtx`, flag),
    scalabilityMode: optional(given['scalabilityMode'], `${at}/scalabilityMode`, (v, p) =>
      match(v, p, /^[LS][1-3]T[1-3](h)?(_KEY(_SHIFT)?)?$/),
    ),
    maxBitrate: optional(given['maxBitrate'], `${at}/maxBitrate`, (v, p) =>
      whole(v, p, 0, 1_000_000_000),
    ),
  })
}

function rtcp(value: unknown, at: string): types.RtcpParameters {
  const given = fields(value, at)
  return defined({
    cname: optional(given['cname'], `${at}/cname`, text),
    reducedSize: optional(given['reducedSize'], `${at}/reducedSize`, flag),
  })
}

/** Each payload type once, a retransmission codec only beside the codec it repeats. */
function checkCodecs(codecs: types.RtpCodecParameters[], at: string): void {
  distinct(
    codecs.map(({ payloadType }) => payloadType),
    at,
  )
  const isRepair = ({ mimeType }: types.RtpCodecParameters) => /\/rtx$/i.test(mimeType)
  const media = codecs.filter((codec) => !isRepair(codec))
  if (!media.length) throw invalid(at, 'must hold a codec')
  for (const repair of codecs.filter(isRepair)) {
    if (!media.some(({ payloadType }) => payloadType === repair.parameters?.['apt'])) {
      throw invalid(at, 'has rtx for a codec that is not there')
    }
  }
}

function ssrcs({ ssrc: own, rtx }: types.RtpEncodingParameters): number[] {
  return [own, rtx?.ssrc].filter((one) => one !== undefined)
}

function distinct(values: (string | number)[], at: string): void {
  if (new Set(values).size !== values.length) throw invalid(at, 'has something twice')
}

function fields(value: unknown, at: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(at, 'must be an object')
  }
  return value as Fields
}

function list(value: unknown, at: string, max: number): unknown[] {
  if (!Array.isArray(value)) throw invalid(at, 'must be a list')
  if (value.length > max) throw invalid(at, `must have at most ${max} entries`)
  return value
}

function text(value: unknown, at: string, max = textMax): string {
  if (typeof value !== 'string' || value.length > max) {
    throw invalid(at, `must be a text of at most ${max} characters`)
  }
  return value
}

function match(value: unknown, at: string, pattern: RegExp): string {
  if (!pattern.test(text(value, at))) throw invalid(at, 'has a form that is not known')
  return value as string
}

function whole(value: unknown, at: string, min: number, max: number): number {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw invalid(at, `must be a whole number from ${min} to ${max}`)
  }
  return value as number
}

function ssrc(value: unknown, at: string): number {
  return whole(value, at, 1, 0xffffffff)
}

function flag(value: unknown, at: string): boolean {
  if (typeof value !== 'boolean') throw invalid(at, 'must be true or false')
  return value
}

function choice<const T extends readonly string[]>(value: unknown, at: string, from: T): T[number] {
  if (!from.includes(value as string)) throw invalid(at, `must be one of ${from.join(', ')}`)
  return value as T[number]
}

function optional<T>(
  value: unknown,
  at: string,
  read: (value: unknown, at: string) => T,
): T | undefined {
  return value === undefined || value === null ? undefined : read(value, at)
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The same object without its undefined fields, which is what optional means to the compiler. */
function defined<T extends object>(value: T): Defined<T> {
  const kept: Fields = {}
  for (const key in value) if (value[key] !== undefined) kept[key] = value[key]
  return kept as Defined<T>
}
