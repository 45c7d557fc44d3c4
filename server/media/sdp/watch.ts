import type { types } from 'mediasoup'
import { invalid } from '../../base/refusal.ts'
import { inCommon, rtpCodec } from './codecs.ts'
import { type Extension, spokenOf, uris } from './extensions.ts'
import { type Offer, type OfferedCodec, readOffer, type Section } from './read.ts'
import type { AnsweredSection } from './write.ts'

/** What a player can take, as mediasoup's consumers are asked for it, and what to answer it. */
export type Reception = { offer: Offer; numbers: PayloadTypes; places: Place[] }

/** Payload types by codec name (opus, h264, vp8), as the player numbers them. */
export type PayloadTypes = Readonly<Record<string, number>>

export type Place = {
  kind: types.MediaKind
  mid: string
  rtpCapabilities: types.RtpCapabilities
  answer: AnsweredSection
}

/**
 * `sent` are the header extensions with the numbers that our packets carry. An answer may not
 * number them anew, so only those are agreed on that the player happens to number alike.
 */
export function readReception(
  text: string,
  sent: readonly { kind: types.MediaKind; id: number; uri: string }[],
): Reception {
  const offer = readOffer(text)
  const places = offer.sections
    .filter(({ open, receives }) => open && receives)
    .flatMap((section) => placeOf(section, sent))
  if (!places.length) throw invalid('/media', 'takes nothing that we send: H.264, VP8 or Opus')
  const codecs = places.flatMap(({ codecs: own }) => own)
  const numbers = Object.fromEntries(codecs.map(({ name, payloadType }) => [name, payloadType]))
  if (new Set(Object.values(numbers)).size !== codecs.length) {
    throw invalid('/media', 'has one payload type for two codecs')
  }
  return { offer, numbers, places: places.map(({ place }) => place) }
}

function placeOf(
  section: Section,
  sent: Parameters<typeof readReception>[1],
): { place: Place; codecs: OfferedCodec[] }[] {
  const kind = section.kind as types.MediaKind
  const codecs = inCommon(section)
  if (!codecs.length) return []
  const { mid = '', index } = section
  const extensions = spokenOf(section.extensions)
    .filter(({ id, uri }) =>
      sent.some((own) => own.kind === kind && own.id === id && own.uri === uri),
    )
    .filter(({ uri }) => uri !== uris.mid || mid.length <= midMax)
  return [
    {
      codecs,
      place: {
        kind,
        mid,
        rtpCapabilities: capabilities(kind, codecs, extensions),
        answer: {
          index,
          direction: 'sendonly',
          codecs: codecs.map((codec) => rtpCodec(kind, codec)),
          extensions,
        },
      },
    },
  ]
}

/** Our packets have room for a mid of so many characters. */
export const midMax = 8

/** No rtx: its number is not ours to choose, and packets are sent again as they were. */
function capabilities(
  kind: types.MediaKind,
  codecs: readonly OfferedCodec[],
  extensions: readonly Extension[],
): types.RtpCapabilities {
  return {
    codecs: codecs.map((codec) => {
      const { payloadType, ...rest } = rtpCodec(kind, codec)
      return { ...rest, kind, preferredPayloadType: payloadType } as types.RtpCodecCapability
    }),
    headerExtensions: extensions.map(({ id, uri }) => ({ kind, uri, preferredId: id })),
  }
}
