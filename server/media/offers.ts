import type { types } from 'mediasoup'
import { notFound, Refusal } from '../base/refusal.ts'
import { cleanDtlsParameters, cleanRtpParameters } from './clean.ts'
import type { MediaRoom } from './room.ts'
import { readFragment } from './sdp/fragment.ts'
import { readPublication } from './sdp/publish.ts'
import type { Offer } from './sdp/read.ts'
import { midMax, type Place, readReception } from './sdp/watch.ts'
import { writeAnswer, writeFragment } from './sdp/write.ts'
import type { Stream } from './stream.ts'
import type { ClientTransport } from './transport.ts'
import { type Answered, type MediaPeer, routerCapabilities } from './verbs.ts'

type Offered = { streamId: string; offer: string }

export type OfferAnswered = {
  transportId: string
  answer: string
  /** Names the ICE session; another one after each restart. */
  iceSession: string
}

/** What a transport that came by an offer remembers: whose ICE session it is, and its first section. */
type Call = { ufrag: string; first: { kind: string; mid: string }; places: Place[] }

/** How long a player should wait before it asks again whether something is on. */
const askAgainMs = 2_000

/**
 * Plain SDP on the same verbs, for encoders (WHIP) and players (WHEP) that know nothing else: one
 * offer in, one complete answer out.
 */
export function offerVerbs(room: MediaRoom, carried: Answered) {
  const calls = new WeakMap<ClientTransport, Call>()

  room.listen({
    producersChanged(streamId) {
      const stream = room.known(streamId)
      for (const transport of stream?.transports ?? []) {
        const { places } = calls.get(transport) ?? {}
        if (stream && places?.length) void supplyLater(stream, transport, places)
      }
    },
  })

  /** What replaces a lost picture comes in the sections that were agreed on for it. */
  async function supplyLater(stream: Stream, transport: ClientTransport, places: Place[]) {
    await supply(stream, transport, places).catch((err: unknown) => room.noticed(err))
  }

  async function connected(
    transport: ClientTransport,
    offer: Offer,
    places: Place[],
  ): Promise<void> {
    await transport.connect(
      cleanDtlsParameters({ role: 'client', fingerprints: offer.fingerprints }, ''),
    )
    const [first] = offer.sections.filter(({ open }) => open)
    const { kind = 'audio', mid = '0' } = first ?? {}
    calls.set(transport, { ufrag: offer.ufrag, first: { kind, mid }, places })
  }

  return {
    /** On air when it answers; what the same account published before in this stream is over. */
    publishOffer: (peer: MediaPeer, { streamId, offer: text }: Offered): Promise<OfferAnswered> =>
      carried(async () => {
        const { offer, tracks } = readPublication(text)
        const clean = tracks.map(({ kind, rtpParameters }, i) => ({
          kind,
          rtpParameters: cleanRtpParameters(kind, rtpParameters, `/media/${i}`),
        }))
        const transport = await room.open(peer, streamId, 'send')
        await connected(transport, offer, [])
        const stream = room.streamOf(transport)
        for (const { kind, rtpParameters } of clean) {
          await stream.publish(transport, kind, rtpParameters)
        }
        return answered(
          transport,
          writeAnswer(
            offer,
            tracks.map(({ answer }) => answer),
            transport.rtc,
          ),
        )
      }),

    /** Playing when it answers; it goes on with whatever is published next in this stream. */
    watchOffer: (peer: MediaPeer, { streamId, offer: text }: Offered): Promise<OfferAnswered> =>
      carried(async () => {
        const { offer, numbers, places } = readReception(text, sentExtensions)
        if (!room.known(streamId)?.producers.length) {
          throw new Refusal('CONFLICT', 'Nothing is on air here yet.', {
            retryAfterMs: askAgainMs,
          })
        }
        const transport = await room.open(peer, streamId, 'recv', numbers)
        await connected(transport, offer, places)
        await supply(room.streamOf(transport), transport, places)
        return answered(
          transport,
          writeAnswer(
            offer,
            places.map(({ answer }) => answer),
            transport.rtc,
          ),
        )
      }),

    /**
     * What came by PATCH: candidates, which we need none of (undefined), or new credentials, which
     * restart ICE and are answered with ours.
     */
    patchOffer: (
      peer: MediaPeer,
      { transportId, fragment }: { transportId: string; fragment: string },
    ): Promise<{ fragment: string; iceSession: string } | undefined> =>
      carried(async () => {
        const ufrag = readFragment(fragment)
        const transport = room.transport(peer, transportId)
        const call = calls.get(transport)
        if (!call) throw notFound('transport')
        if (ufrag === undefined || ufrag === call.ufrag) return undefined
        const iceParameters = await transport.restartIce()
        calls.set(transport, { ...call, ufrag })
        const { iceCandidates } = transport.rtc
        return {
          fragment: writeFragment(call.first, { iceParameters, iceCandidates }),
          iceSession: iceParameters.usernameFragment,
        }
      }),
  }
}

function answered(transport: ClientTransport, answer: string): OfferAnswered {
  const { id, iceParameters } = transport.rtc
  return { transportId: id, answer, iceSession: iceParameters.usernameFragment }
}

/** Sends what is on in each place that has nothing; sound alone is fine, nothing at all is not. */
async function supply(stream: Stream, transport: ClientTransport, places: Place[]): Promise<void> {
  const supplied = await Promise.allSettled(
    places.map(async ({ kind, mid, rtpCapabilities }) => {
      const fits = mid.length <= midMax ? mid : undefined
      const consumer = await stream.consumeKind(transport, kind, { mid: fits, rtpCapabilities })
      if (consumer?.paused) await consumer.resume()
    }),
  )
  const refused = supplied.filter((one) => one.status === 'rejected')
  if (refused.length === places.length) throw refused[0]?.reason
}

/** The header extensions of what we send, with the numbers that our routers give them. */
const sentExtensions = (routerCapabilities.headerExtensions ?? [])
  .filter(({ direction }) => direction === 'sendrecv' || direction === 'sendonly')
  .map(({ kind, uri, preferredId }) => ({ kind: kind as types.MediaKind, uri, id: preferredId }))
