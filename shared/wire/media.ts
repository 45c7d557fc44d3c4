import Type from 'typebox'
import { Empty, Id, Shape } from './base.ts'
import { commands } from './contract.ts'
import { Producer } from './events.ts'

/** mediasoup's own handles: opaque, short. */
const Handle = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9-]+$' })
const Kind = Type.Union([Type.Literal('audio'), Type.Literal('video')])
/** WebRTC parameter trees: their shape is checked by the media room, their size by the door. */
const Rtp = Type.Object({}, { additionalProperties: true })
const Dtls = Type.Object(
  {
    role: Type.Optional(
      Type.Union([Type.Literal('auto'), Type.Literal('client'), Type.Literal('server')]),
    ),
    fingerprints: Type.Array(
      Type.Object({
        algorithm: Type.String({ maxLength: 16 }),
        value: Type.String({ maxLength: 256 }),
      }),
      { minItems: 1, maxItems: 8 },
    ),
  },
  { additionalProperties: false },
)
const Layer = Type.Integer({ minimum: 0, maximum: 7 })
const Consumers = Type.Array(Handle, { minItems: 1, maxItems: 16 })
const Consumed = Type.Array(
  Shape({
    consumerId: Handle,
    producerId: Handle,
    kind: Kind,
    type: Type.String(),
    rtpParameters: Rtp,
  }),
)

export const mediaCommands = commands({
  'media:capabilities': {
    summary: 'What the router speaks, what is on, and which ICE servers to use',
    may: 'guest',
    notWhen: ['banned'],
    in: Shape({ showId: Id }),
    out: Shape({
      rtpCapabilities: Rtp,
      producers: Type.Array(Producer),
      iceServers: Type.Array(Rtp),
    }),
  },
  'media:transport': {
    summary:
      'A transport to receive, or for the host to send. With rtpCapabilities it brings all that is on, which plays once it is connected; NOT_FOUND when nothing is',
    may: 'guest',
    notWhen: ['banned'],
    in: Shape({
      showId: Id,
      direction: Type.Union([Type.Literal('send'), Type.Literal('recv')]),
      rtpCapabilities: Type.Optional(Rtp),
    }),
    out: Shape({
      transportId: Handle,
      iceParameters: Rtp,
      iceCandidates: Type.Array(Rtp),
      dtlsParameters: Rtp,
      consumers: Type.Optional(Consumed),
      iceServers: Type.Optional(Type.Array(Rtp)),
    }),
  },
  'media:connect': {
    summary: 'Connect a transport of mine',
    may: 'guest',
    in: Shape({ transportId: Handle, dtlsParameters: Dtls }),
    out: Empty,
  },
  'media:produce': {
    summary: 'Send sound or picture into my show',
    may: 'guest',
    in: Shape({ transportId: Handle, kind: Kind, rtpParameters: Rtp }),
    out: Shape({ producerId: Handle }),
  },
  'media:consume': {
    summary: 'Receive; consumers start paused',
    may: 'guest',
    in: Shape({
      transportId: Handle,
      rtpCapabilities: Rtp,
      producerIds: Type.Optional(Type.Array(Handle, { maxItems: 16 })),
    }),
    out: Shape({
      consumers: Consumed,
    }),
  },
  'media:resume': {
    summary: 'Ready: let the packets flow',
    may: 'guest',
    in: Shape({ consumerIds: Consumers }),
    out: Empty,
  },
  'media:layers': {
    summary: 'The largest simulcast layer that this viewer can use',
    may: 'guest',
    in: Shape({ consumerId: Handle, spatialLayer: Layer, temporalLayer: Type.Optional(Layer) }),
    out: Empty,
  },
  'media:restart': {
    summary: 'New ICE credentials after the network changed',
    may: 'guest',
    in: Shape({ transportId: Handle }),
    out: Shape({ iceParameters: Rtp }),
  },
  'media:close': {
    summary: 'Close a transport of mine',
    may: 'guest',
    in: Shape({ transportId: Handle }),
    out: Empty,
  },
  'media:health': {
    summary: 'How the picture arrives at the server: layers, bitrate, loss',
    may: 'moderator',
    admin: true,
    in: Shape({ showId: Id }),
    out: Type.Object({}, { additionalProperties: true }),
  },
})
