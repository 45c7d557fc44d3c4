import type { types } from 'mediasoup'
import { notFound, Refusal } from '../../base/refusal.ts'
import type { MediaRoom } from '../room.ts'
import { readFragment } from '../sdp/fragment.ts'
import { readPublication } from '../sdp/publish.ts'
import type { Offer } from '../sdp/read.ts'
import { midMax, type Place, readReception } from '../sdp/watch.ts'
import { writeAnswer, writeFragment } from '../sdp/write.ts'
import type { Stream } from '../streams/stream.ts'
import type { ClientTransport } from '../transports/transport.ts'
import { cleanDtlsParameters, cleanRtpParameters } from './clean.ts'
import { type Answered, type MediaPeer, routerCapabilities } from './verbs.ts'

type Offered = { streamId: string; offer: string }
type Patched = { transportId: string; fragment: string }

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
  const offers = new Offers(room)
  return {
    /** On air when it answers; what the same account published before in this stream is over. */
    publishOffer: (peer: MediaPeer, offered: Offered) =>
      carried(() => offers.publish(peer, offered)),
    /** Playing when it answers; it goes on with whatever is published next in this stream. */
    watchOffer: (peer: MediaPeer, offered: Offered) => carried(() => offers.watch(peer, offered)),
    /**
     * What came by PATCH: candidates, which we need none of (undefined), or new credentials, which
     * restart ICE and are answered with ours.
     */
    patchOffer: (peer: MediaPeer, patched: Patched) => carried(() => offers.patch(peer, patched)),
  }
}

class Offers {
  readonly #room: MediaRoom
  readonly #calls = new WeakMap<ClientTransport, Call>()

  constructor(room: MediaRoom) {
    this.#room = room
    const supplyAgain = (streamId: string) => this.#supplyAgain(streamId)
    room.listen({ producersChanged: supplyAgain, arrived: supplyAgain })
  }

  async publish(peer: MediaPeer, { streamId, offer: text }: Offered): Promise<OfferAnswered> {
    const { offer, tracks } = readPublication(text)
    const clean = tracks.map(({ kind, rtpParameters, answer }) => ({
      kind,
      rtpParameters: cleanRtpParameters(kind, rtpParameters, `/media/${answer.index}`),
    }))
    const transport = await this.#room.open(peer, streamId, 'send', {})
    await this.#connect(transport, offer, [])
    const stream = this.#room.streamOf(transport)
    for (const { kind, rtpParameters } of clean) {
      await stream.publish(transport, kind, rtpParameters)
    }
    const accepted = tracks.map(({ answer }) => answer)
    return answered(transport, writeAnswer(offer, accepted, transport.rtc))
  }

  async watch(peer: MediaPeer, { streamId, offer: text }: Offered): Promise<OfferAnswered> {
    const { offer, numbers, places } = readReception(text, sentExtensions)
    if (!(await this.#room.onAir(streamId)).length) {
      throw new Refusal('CONFLICT', 'Nothing is on air here yet.', { retryAfterMs: askAgainMs })
    }
    const transport = await this.#room.open(peer, streamId, 'recv', {
      payloadTypes: numbers,
    })
    await this.#connect(transport, offer, places)
    await supply(this.#room.streamOf(transport), transport, places)
    const accepted = places.map(({ answer }) => answer)
    return answered(transport, writeAnswer(offer, accepted, transport.rtc))
  }

  async patch(
    peer: MediaPeer,
    { transportId, fragment: text }: Patched,
  ): Promise<{ fragment: string; iceSession: string } | undefined> {
    const ufrag = readFragment(text)
    const transport = this.#room.transport(peer, transportId)
    const call = this.#calls.get(transport)
    if (!call) throw notFound('transport')
    if (ufrag === undefined || ufrag === call.ufrag) return undefined
    const iceParameters = await transport.restartIce()
    this.#calls.set(transport, { ...call, ufrag })
    const { iceCandidates } = transport.rtc
    return {
      fragment: writeFragment(call.first, { iceParameters, iceCandidates }),
      iceSession: iceParameters.usernameFragment,
    }
  }

  async #connect(transport: ClientTransport, offer: Offer, places: Place[]): Promise<void> {
    const { fingerprints, ufrag } = offer
    const dtls = cleanDtlsParameters({ role: 'client', fingerprints }, '')
    await transport.connect(dtls)
    const { kind = 'audio', mid = '0' } = offer.sections.find(({ open }) => open) ?? {}
    this.#calls.set(transport, { ufrag, first: { kind, mid }, places })
  }

  /** What replaces a lost picture comes in the section that was agreed on for it. */
  #supplyAgain(streamId: string): void {
    const stream = this.#room.known(streamId)
    for (const transport of stream?.transports ?? []) {
      const places = this.#calls.get(transport)?.places ?? []
      if (!stream || !places.length) continue
      supply(stream, transport, places).catch((err: unknown) => this.#room.noticed(err))
    }
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
