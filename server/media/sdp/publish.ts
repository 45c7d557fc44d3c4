import type { types } from 'mediasoup'
import { invalid } from '../../base/refusal.ts'
import { inCommon, repairCodec, rtpCodec } from './codecs.ts'
import { spokenOf, uris } from './extensions.ts'
import { type Offer, readOffer, type Section } from './read.ts'
import type { AnsweredSection } from './write.ts'

/** What an encoder sends, as mediasoup's producers take it, and what to answer it. */
export type Publication = { offer: Offer; tracks: Track[] }

export type Track = {
  kind: types.MediaKind
  rtpParameters: types.RtpParameters
  answer: AnsweredSection
}

export function readPublication(text: string): Publication {
  const offer = readOffer(text)
  const sending = offer.sections.filter(({ open, sends }) => open && sends)
  if (!sending.length) throw invalid('/media', 'sends nothing')
  return { offer, tracks: sending.map(trackOf) }
}

function trackOf(section: Section): Track {
  const kind = section.kind as types.MediaKind
  const [codec] = inCommon(section)
  if (!codec) {
    throw invalid(
      `/media/${section.index}`,
      kind === 'audio'
        ? 'has no codec in common: send Opus'
        : 'has no codec in common: send H.264 (constrained baseline, packetization mode 1) or VP8',
    )
  }
  const codecs = [rtpCodec(kind, codec), ...repairCodec(kind, codec)]
  const extensions = spokenOf(section.extensions)
  const layers = section.layers.length > 1 || !section.ssrcs.length ? section.layers : []
  if (layers.length && !extensions.some(({ uri }) => uri === uris.rid)) {
    throw invalid(`/media/${section.index}/extmap`, 'lacks the rid that its layers are told by')
  }
  const { mid, cname, reducedSize } = section
  return {
    kind,
    rtpParameters: {
      ...(mid !== undefined && { mid }),
      codecs,
      headerExtensions: extensions.map(({ id, uri }) => ({ id, uri })),
      encodings: layers.length ? inRisingOrder(layers).map((rid) => ({ rid })) : [single(section)],
      rtcp: { ...(cname !== undefined && { cname }), reducedSize },
    },
    answer: { index: section.index, direction: 'recvonly', codecs, extensions, layers },
  }
}

function single({ ssrcs: [first] }: Section): types.RtpEncodingParameters {
  if (!first) return {}
  return { ssrc: first.ssrc, ...(first.rtx !== undefined && { rtx: { ssrc: first.rtx } }) }
}

/** Names of layers that tell by themselves which is smaller, from small to large. */
const ladders = [
  ['q', 'h', 'f'],
  ['l', 'm', 'h'],
  ['low', 'mid', 'high'],
  ['low', 'medium', 'high'],
  ['r0', 'r1', 'r2'],
]

/**
 * mediasoup wants the smallest layer first. RFC 8853 lists the preferred one first, and so does OBS
 * (`0` is the full picture); browsers list what their page asked for, hence the well-known names.
 */
export function inRisingOrder(layers: readonly string[]): string[] {
  const ladder = ladders.find((steps) => layers.every((layer) => steps.includes(layer)))
  return ladder ? ladder.filter((step) => layers.includes(step)) : layers.toReversed()
}
