import { ortc, type types } from 'mediasoup'
import { invalid, notFound } from '../../base/refusal.ts'
import { healthOf, type StreamHealth } from '../gauges/gauges.ts'
import type { MediaRoom } from '../room.ts'
import { codecs } from '../streams/router.ts'
import type { ClientTransport, Direction, Holder } from '../transports/transport.ts'
import { cleanDtlsParameters, cleanRtpCapabilities, cleanRtpParameters } from './clean.ts'

/** `peerId` is the socket or session that asks; its account is whose places it uses up. */
export type MediaPeer = Holder

/** The wire's idea of layers: 0 is the smallest. mediasoup knows at most 8. */
type Layers = { consumerId: string; spatialLayer: number; temporalLayer?: number | undefined }

type TransportAsked = { streamId: string; direction: Direction; rtpCapabilities?: unknown }

export type TransportOpened = {
  transportId: string
  iceParameters: types.IceParameters
  iceCandidates: types.IceCandidate[]
  dtlsParameters: types.DtlsParameters
  /** Where it was asked for together with what is on. */
  consumers?: ConsumerOpened[]
}

export type ConsumerOpened = {
  consumerId: string
  producerId: string
  kind: types.MediaKind
  type: types.ConsumerType
  rtpParameters: types.RtpParameters
}

/** Runs a verb so that it answers or refuses within its deadline. */
export type Answered = <R>(verb: () => Promise<R>) => Promise<R>

/** `carried` also needs a worker that runs, and waits a moment for it; opening does so by itself. */
type Runners = { answered: Answered; carried: Answered }

/** The wire's words about a peer's own transports: media:transport, connect, restart, close. */
export function transportVerbs(room: MediaRoom, { answered, carried }: Runners) {
  return {
    /**
     * It counts from this call on: what closes its peer or account closes it, open or not yet. With
     * `rtpCapabilities` it comes with all that is on: one question where there would be three.
     */
    openTransport: (peer: MediaPeer, asked: TransportAsked): Promise<TransportOpened> =>
      answered(async () => {
        const { streamId, direction, rtpCapabilities } = asked
        if (rtpCapabilities === undefined) {
          return transportOpened(await room.open(peer, streamId, direction))
        }
        const wanted = cleanRtpCapabilities(rtpCapabilities)
        // Opened first: what is to close it must find it before anything is waited for.
        const transport = await room.open(peer, streamId, direction)
        try {
          const consumers = await playedWhenConnected(room, transport, wanted)
          return { ...transportOpened(transport), consumers }
        } catch (error) {
          transport.close('left')
          throw error
        }
      }),

    connectTransport: (peer: MediaPeer, asked: { transportId: string; dtlsParameters: unknown }) =>
      carried(async () => {
        const transport = room.transport(peer, asked.transportId)
        await transport.connect(cleanDtlsParameters(asked.dtlsParameters))
      }),

    restartIce: (peer: MediaPeer, { transportId }: { transportId: string }) =>
      carried(async () => ({
        iceParameters: await room.transport(peer, transportId).restartIce(),
      })),

    closeTransport: (peer: MediaPeer, { transportId }: { transportId: string }) =>
      carried(async () => room.transport(peer, transportId).close('left')),
  }
}

/** The wire's words about what runs on them: media:capabilities, produce, consume, resume, layers. */
export function streamVerbs(room: MediaRoom, carried: Answered) {
  return {
    capabilities: (streamId: string) =>
      carried(async () => ({
        rtpCapabilities: routerCapabilities,
        producers: await room.onAir(streamId),
      })),

    /** On air when it answers; what the same account published before in this stream is over. */
    produce: (
      peer: MediaPeer,
      asked: { transportId: string; kind: types.MediaKind; rtpParameters: unknown },
    ) =>
      carried(async () => {
        const transport = room.transport(peer, asked.transportId)
        const rtpParameters = cleanRtpParameters(asked.kind, asked.rtpParameters)
        const producer = await room
          .streamOf(transport)
          .publish(transport, asked.kind, rtpParameters)
        return { producerId: producer.id }
      }),

    /** Paused until `resume`, so that no key frame is spent on a viewer who is not ready. */
    consume: (
      peer: MediaPeer,
      asked: { transportId: string; rtpCapabilities: unknown; producerIds?: string[] | undefined },
    ) =>
      carried(async () => {
        const transport = room.transport(peer, asked.transportId)
        const rtpCapabilities = cleanRtpCapabilities(asked.rtpCapabilities)
        const { producerIds } = asked
        const stream = room.streamOf(transport)
        const consumers = await stream.consume(transport, { rtpCapabilities }, producerIds)
        return { consumers: consumers.map(consumerOpened) }
      }),

    resume: (peer: MediaPeer, { consumerIds }: { consumerIds: readonly string[] }) =>
      carried(async () => {
        const found = consumerIds.map((id) => room.consumer(peer, id).consumer)
        const paused = found.filter((consumer) => consumer.paused)
        await Promise.all(paused.map((consumer) => consumer.resume()))
      }),

    setLayers: (peer: MediaPeer, { consumerId, spatialLayer, temporalLayer }: Layers) =>
      carried(async () => {
        const { transport, consumer } = room.consumer(peer, consumerId)
        checkLayer('/spatialLayer', spatialLayer)
        if (temporalLayer === undefined) return transport.setLayers(consumer, { spatialLayer })
        checkLayer('/temporalLayer', temporalLayer)
        return transport.setLayers(consumer, { spatialLayer, temporalLayer })
      }),

    /** How the stream arrives at the node where it comes in; NOT_FOUND where nobody publishes it. */
    health: (streamId: string): Promise<StreamHealth> =>
      carried(async () => {
        const stream = room.known(streamId)
        if (stream?.producers.length) return healthOf(stream)
        const origin = await room.elsewhere(streamId)
        if (origin) return room.askOrigin<StreamHealth>(origin, 'health', { streamId })
        if (!stream) throw notFound('stream')
        return healthOf(stream)
      }),
  }
}

/**
 * All that is on, not paused: packets flow, and the key frame is asked for, once the transport is
 * connected, and by then the viewer can take them.
 */
async function playedWhenConnected(
  room: MediaRoom,
  transport: ClientTransport,
  rtpCapabilities: types.RtpCapabilities,
): Promise<ConsumerOpened[]> {
  const as = { rtpCapabilities, paused: false }
  const consumers = await room.streamOf(transport).consume(transport, as)
  if (!consumers.length) throw notFound('producer')
  return consumers.map(consumerOpened)
}

/** The same for every router of ours, so that asking for it costs no worker anything. */
export const routerCapabilities = ortc.generateRouterRtpCapabilities(codecs)

function transportOpened({ rtc }: ClientTransport): TransportOpened {
  const { id: transportId, iceParameters, iceCandidates } = rtc
  return { transportId, iceParameters, iceCandidates, dtlsParameters: shortly(rtc.dtlsParameters) }
}

/** One fingerprint of the worker's five: everybody knows this one, and the others were a sixth of the answer. */
function shortly({ fingerprints, ...rest }: types.DtlsParameters): types.DtlsParameters {
  return { ...rest, fingerprints: fingerprints.filter(({ algorithm }) => algorithm === 'sha-256') }
}

function consumerOpened(consumer: types.Consumer): ConsumerOpened {
  const { id: consumerId, producerId, kind, type, rtpParameters } = consumer
  return { consumerId, producerId, kind, type, rtpParameters }
}

function checkLayer(pointer: string, layer: number): void {
  if (!Number.isInteger(layer) || layer < 0 || layer > 7) {
    throw invalid(pointer, 'must be a whole number from 0 to 7')
  }
}
