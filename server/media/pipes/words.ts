import type { types } from 'mediasoup'
import Type, { type Static } from 'typebox'
import { checker } from '../../base/check.ts'

/** What two nodes say to each other about one show's pipe. Each side checks what it is given. */

const Handle = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9-]+$' })
const PipeEnd = Type.Object(
  {
    ip: Type.String({ minLength: 2, maxLength: 45, pattern: '^[0-9A-Fa-f.:]+$' }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    srtpParameters: Type.Object(
      {
        cryptoSuite: Type.Literal('AEAD_AES_256_GCM'),
        keyBase64: Type.String({ minLength: 40, maxLength: 128, pattern: '^[A-Za-z0-9+/=]+$' }),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)
export type PipeEnd = Static<typeof PipeEnd>

const Piped = Type.Object(
  {
    producerId: Handle,
    kind: Type.Union([Type.Literal('audio'), Type.Literal('video')]),
    rtpParameters: Type.Object({}, { additionalProperties: true }),
    paused: Type.Boolean(),
  },
  { additionalProperties: false },
)
/** One producer in a pipe, with the parameters that its packets have there. */
export type Piped = Omit<Static<typeof Piped>, 'rtpParameters'> & {
  rtpParameters: types.RtpParameters
}

const State = {
  producers: Type.Array(Piped, { maxItems: 4 }),
  /** The picture arrives at the origin: what is sent into the pipe must come out of it. */
  flowing: Type.Boolean(),
}

const Opened = Type.Object(
  { pipeId: Handle, end: PipeEnd, ...State },
  { additionalProperties: false },
)
const Looked = Type.Object(State, { additionalProperties: false })
const OpenAsked = Type.Object(
  {
    streamId: Handle,
    node: Handle,
    address: Type.String({ minLength: 3, maxLength: 261 }),
    end: PipeEnd,
  },
  { additionalProperties: false },
)
const LookAsked = Type.Object(
  { pipeId: Handle, wanted: Type.Boolean() },
  { additionalProperties: false },
)
const LeaveAsked = Type.Object({ pipeId: Handle }, { additionalProperties: false })
const StreamAsked = Type.Object({ streamId: Handle }, { additionalProperties: false })

export type OpenAsked = Static<typeof OpenAsked>
export type LookAsked = Static<typeof LookAsked>
export type PipeState = { producers: Piped[]; flowing: boolean }
export type PipeOpened = PipeState & { pipeId: string; end: PipeEnd }

export const checkOpenAsked = checker<OpenAsked>(OpenAsked)
export const checkLookAsked = checker<LookAsked>(LookAsked)
export const checkLeaveAsked = checker<{ pipeId: string }>(LeaveAsked)
export const checkStreamAsked = checker<{ streamId: string }>(StreamAsked)
export const checkOpened = checker<PipeOpened>(Opened)
export const checkLooked = checker<PipeState>(Looked)
