import { type MediaDescription, parse, type SessionDescription } from 'sdp-transform'
import { invalid, Refusal } from '../../base/refusal.ts'
import { sdpLimits } from './limits.ts'

/**
 * An offer, read strictly: whatever of it comes back in an answer has a form that cannot carry
 * anything else. Candidates are not read at all: we are ICE-lite, we answer and never call.
 */
export type Offer = {
  sections: Section[]
  ufrag: string
  fingerprints: { algorithm: string; value: string }[]
  extmapAllowMixed: boolean
}

export type Section = {
  index: number
  kind: string
  protocol: string
  formats: string
  /** Absent in sections that the offerer itself turned off; those may have none. */
  mid: string | undefined
  open: boolean
  sends: boolean
  receives: boolean
  codecs: OfferedCodec[]
  extensions: { id: number; uri: string }[]
  /** Rids in the order given: RFC 8853 puts the preferred one first. */
  layers: string[]
  ssrcs: { ssrc: number; rtx: number | undefined }[]
  cname: string | undefined
  reducedSize: boolean
}

export type OfferedCodec = {
  payloadType: number
  name: string
  clockRate: number
  channels: number
  parameters: Map<string, string>
  feedback: string[]
  /** Payload type of its retransmissions. */
  rtx: number | undefined
}

export function readOffer(text: string): Offer {
  const session = parsed(text)
  const sections = session.media.map((media, index) => readSection(session, media, index))
  const media = sections.filter(({ open, kind }) => open && isMedia(kind))
  for (const kind of ['audio', 'video']) {
    if (media.filter((one) => one.kind === kind).length > 1) {
      throw invalid('/media', `has more than one ${kind} section`)
    }
  }
  if (!media.length) throw invalid('/media', 'has neither sound nor picture')
  mustBeBundled(session, media)
  return {
    sections,
    ...readTransport(session, media),
    extmapAllowMixed: 'extmapAllowMixed' in session,
  }
}

const isMedia = (kind: string) => kind === 'audio' || kind === 'video'

/** Only these lines are looked at, which also bounds what parsing can cost. */
const known =
  /^(?:[vostmc]=|a=(?:group|mid|rtpmap|fmtp|rtcp-fb|extmap|extmap-allow-mixed|setup|fingerprint|ice-ufrag|ice-pwd|rid|simulcast|ssrc|ssrc-group|rtcp-mux|rtcp-rsize|bundle-only|sendrecv|sendonly|recvonly|inactive)(?::|$))/

function parsed(text: string): SessionDescription {
  const lines = linesOf(text, sdpLimits.bytes)
  if (lines[0] !== 'v=0' || !lines.some((line) => line.startsWith('o='))) {
    throw invalid('/', 'is not an SDP')
  }
  const sections = lines.filter((line) => line.startsWith('m=')).length
  if (sections > sdpLimits.sections) throw invalid('/media', 'has too many sections')
  return parse(lines.filter((line) => known.test(line)).join('\r\n'))
}

/** Lines of an SDP or of a fragment of one, within its bounds and without control characters. */
export function linesOf(text: string, bytesMax: number): string[] {
  if (Buffer.byteLength(text) > bytesMax) {
    throw new Refusal('PAYLOAD_TOO_LARGE', `At most ${bytesMax / 1024} KB.`)
  }
  const lines = text.split(/\r\n|\n/).filter((line) => line !== '')
  if (lines.length > sdpLimits.lines) throw invalid('/', 'has too many lines')
  for (const line of lines) {
    if (line.length > sdpLimits.lineLength) throw invalid('/', 'has a line that is too long')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[\u0000-\u001f\u007f]/.test(line)) throw invalid('/', 'has control characters')
  }
  return lines
}

function readSection(session: SessionDescription, media: MediaDescription, index: number): Section {
  const at = `/media/${index}`
  const kind = form(media.type, /^[a-z]{1,16}$/, at)
  const protocol = form(media.protocol, /^[A-Z]{2,8}(?:\/[A-Z]{2,8}){0,4}$/, at)
  const formats = form(text(media.payloads)?.trim(), /^[\w.-]{1,32}(?: [\w.-]{1,32}){0,63}$/, at)
  const bundleOnly = media.bundleOnly !== undefined
  const open = isMedia(kind) && (media.port !== 0 || bundleOnly)
  const direction = media.direction ?? session.direction ?? 'sendrecv'
  const shut = { index, kind, protocol, formats, open: false, sends: false, receives: false }
  const nothing = { codecs: [], extensions: [], layers: [], ssrcs: [] }
  const mid = media.mid === undefined ? undefined : form(media.mid, midForm, `${at}/mid`)
  if (!open) return { ...shut, ...nothing, mid, cname: undefined, reducedSize: false }
  if (mid === undefined) throw invalid(`${at}/mid`, 'is missing')
  if (!/^(?:UDP|TCP)\/TLS\/RTP\/SAVPF?$/.test(protocol)) throw invalid(at, 'is not DTLS-SRTP')
  if (media.rtcpMux === undefined) throw invalid(`${at}/rtcp-mux`, 'is missing')
  return {
    index,
    kind,
    protocol,
    formats,
    mid,
    open,
    sends: direction === 'sendrecv' || direction === 'sendonly',
    receives: direction === 'sendrecv' || direction === 'recvonly',
    codecs: readCodecs(media, formats, at),
    extensions: readExtensions(session, media, at),
    layers: readLayers(media, at),
    ...readSources(media, at),
    reducedSize: media.rtcpRsize !== undefined,
  }
}

const midForm = /^[A-Za-z0-9._+-]{1,32}$/

function readCodecs(media: MediaDescription, formats: string, at: string): OfferedCodec[] {
  const order = formats.split(' ').map(Number)
  if (new Set(order).size !== order.length) throw invalid(at, 'has a format twice')
  const named = media.rtp.filter(({ payload }) => order.includes(payload))
  if (new Set(named.map(({ payload }) => payload)).size !== named.length) {
    throw invalid(`${at}/rtpmap`, 'names a payload type twice')
  }
  const codecs = named.map((rtp) => ({
    payloadType: payloadType(rtp.payload, `${at}/rtpmap`),
    name: String(rtp.codec).toLowerCase(),
    clockRate: Number(rtp.rate ?? 0),
    channels: Number(rtp.encoding ?? 1),
    parameters: parametersOf(media, rtp.payload),
    feedback: feedbackOf(media, rtp.payload),
    rtx: undefined as number | undefined,
  }))
  for (const codec of codecs) {
    if (codec.name === 'rtx') continue
    codec.rtx = codecs.find(
      ({ name, parameters }) =>
        name === 'rtx' && parameters.get('apt') === String(codec.payloadType),
    )?.payloadType
  }
  return codecs.toSorted((a, b) => order.indexOf(a.payloadType) - order.indexOf(b.payloadType))
}

/** Beside these, RTP on one port with RTCP would be taken for RTCP (RFC 5761). */
function payloadType(value: number, at: string): number {
  const allowed = Number.isInteger(value) && value >= 0 && value <= 127
  if (!allowed || (value >= 64 && value <= 95)) throw invalid(at, 'has a bad payload type')
  return value
}

function parametersOf(media: MediaDescription, payload: number): Map<string, string> {
  const config = String(media.fmtp.find((one) => one.payload === payload)?.config ?? '')
  const pairs = config.split(';').map((pair) => {
    const [key = '', value = ''] = pair.split('=', 2)
    return [key.trim().toLowerCase(), value.trim()] as const
  })
  return new Map(pairs)
}

function feedbackOf(media: MediaDescription, payload: number): string[] {
  return (media.rtcpFb ?? [])
    .filter((one) => String(one.payload) === String(payload) || String(one.payload) === '*')
    .map(({ type, subtype }) => (subtype ? `${type} ${subtype}` : type))
}

function readExtensions(
  session: SessionDescription,
  media: MediaDescription,
  at: string,
): Section['extensions'] {
  const given = [...(media.ext ?? []), ...(session.ext ?? [])]
  if (given.length > sdpLimits.extensions) throw invalid(`${at}/extmap`, 'has too many entries')
  const extensions = given.map(({ value, uri }) => {
    if (!Number.isInteger(value) || value < 1 || value > 255) {
      throw invalid(`${at}/extmap`, 'has a bad id')
    }
    return { id: value, uri: String(uri) }
  })
  if (new Set(extensions.map(({ id }) => id)).size !== extensions.length) {
    throw invalid(`${at}/extmap`, 'has an id twice')
  }
  return extensions
}

/** What `a=simulcast:send` names, each also in an `a=rid`; one `a=rid` alone is one layer. */
function readLayers(media: MediaDescription, at: string): string[] {
  const rids = (media.rids ?? []).filter(({ direction }) => direction === 'send')
  const { dir1, list1, dir2, list2 } = media.simulcast ?? {}
  const list = dir1 === 'send' ? list1 : dir2 === 'send' ? list2 : undefined
  const named = list === undefined ? rids.map(({ id }) => String(id)) : String(list).split(';')
  const layers = named.map((one) =>
    form(one.replace(/^~/, ''), /^[A-Za-z0-9]{1,16}$/, `${at}/simulcast`),
  )
  if (layers.length > sdpLimits.layers) {
    throw invalid(`${at}/simulcast`, `has more than ${sdpLimits.layers} layers`)
  }
  const all = layers.every((layer) => rids.some(({ id }) => String(id) === layer))
  if (!all || new Set(layers).size !== layers.length) {
    throw invalid(`${at}/simulcast`, 'does not fit the rids')
  }
  return layers
}

function readSources(media: MediaDescription, at: string): Pick<Section, 'ssrcs' | 'cname'> {
  const named = media.ssrcs ?? []
  const ids = [...new Set(named.map(({ id }) => Number(id)))]
  if (ids.length > sdpLimits.ssrcs) throw invalid(`${at}/ssrc`, 'has too many entries')
  if (!ids.every((id) => Number.isInteger(id) && id > 0 && id <= 0xffffffff)) {
    throw invalid(`${at}/ssrc`, 'is not an SSRC')
  }
  const pairs = (media.ssrcGroups ?? [])
    .filter(({ semantics }) => semantics === 'FID')
    .map(({ ssrcs }) => String(ssrcs).split(' ').map(Number))
  const repairs = pairs.map((pair) => pair[1])
  const cname = text(named.find(({ attribute }) => attribute === 'cname')?.value)
  return {
    ssrcs: ids
      .filter((id) => !repairs.includes(id))
      .map((ssrc) => ({ ssrc, rtx: pairs.find((pair) => pair[0] === ssrc)?.[1] })),
    cname: cname && /^[\x21-\x7e]{1,128}$/.test(cname) ? cname : undefined,
  }
}

/** One transport for all: several would need several of ours, and no encoder asks for that. */
function mustBeBundled(session: SessionDescription, media: Section[]): void {
  const mids = media.map(({ mid }) => mid)
  if (new Set(mids).size !== mids.length) throw invalid('/media', 'has a mid twice')
  if (media.length === 1) return
  const bundles = (session.groups ?? []).filter(({ type }) => type === 'BUNDLE')
  const together = bundles.some(({ mids: own }) => {
    const bundled = String(own).split(' ')
    return mids.every((mid) => bundled.includes(mid ?? ''))
  })
  if (!together) throw invalid('/group', 'must bundle sound and picture')
}

type TransportLines = Pick<MediaDescription, 'iceUfrag' | 'icePwd' | 'fingerprint' | 'setup'>

/** Each section may repeat it or leave it to the first one or to the session; it must be the same. */
function readTransport(
  session: SessionDescription,
  media: Section[],
): Pick<Offer, 'ufrag' | 'fingerprints'> {
  const levels: TransportLines[] = [
    ...media.map(({ index }) => session.media[index] ?? {}),
    session as TransportLines,
  ]
  const one = (name: keyof TransportLines, of: (level: TransportLines) => string | undefined) => {
    const values = new Set(levels.map(of).filter((value) => value !== undefined))
    if (values.size > 1) throw invalid(`/${name}`, 'differs between bundled sections')
    return [...values][0]
  }
  const ufrag = one('iceUfrag', ({ iceUfrag }) => text(iceUfrag))
  const password = one('icePwd', ({ icePwd }) => text(icePwd))
  const print = one('fingerprint', ({ fingerprint: f }) => f && `${f.type} ${f.hash}`)
  const setup = one('setup', ({ setup: role }) => text(role))
  form(password, /^[A-Za-z0-9+/]{22,256}$/, '/ice-pwd')
  form(setup ?? 'actpass', /^(?:actpass|active)$/, '/setup')
  const [algorithm = '', value = ''] = form(print, /^\S+ \S+$/, '/fingerprint').split(' ')
  return {
    ufrag: form(ufrag, ufragForm, '/ice-ufrag'),
    fingerprints: [{ algorithm: algorithm.toLowerCase(), value: value.toUpperCase() }],
  }
}

export const ufragForm = /^[A-Za-z0-9+/]{4,256}$/

/** sdp-transform makes numbers of what looks like one. */
function text(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

function form(value: string | number | undefined, pattern: RegExp, at: string): string {
  const found = text(value)
  if (found === undefined) throw invalid(at, 'is missing')
  if (!pattern.test(found)) throw invalid(at, 'has a form that is not known')
  return found
}
