import Type, { type Static } from 'typebox'
import { chatBytesMax, slowSecondsMax } from '../limits.ts'
import { Empty, Id, Key, Nullable, Reason, Seq, Shape, Text } from './base.ts'
import { commands } from './contract.ts'

/** Kinds of reaction; the page draws hearts, the rest is for embedders. */
export const ReactionKind = Type.Union([
  Type.Literal('heart'),
  Type.Literal('clap'),
  Type.Literal('fire'),
  Type.Literal('laugh'),
  Type.Literal('wow'),
])
export type ReactionKind = Static<typeof ReactionKind>

const OfMessage = Shape({ showId: Id, messageId: Id })

export const chatCommands = commands({
  'chat:send': {
    summary: 'Say something; `held` when a moderator looks at it first',
    may: 'account',
    notWhen: ['muted', 'banned'],
    in: Shape({ showId: Id, text: Text(1, chatBytesMax), key: Key }),
    out: Type.Union([Shape({ messageId: Id, seq: Seq }), Shape({ held: Type.Literal(true) })]),
  },
  'chat:delete': {
    summary: 'Remove a message from every screen',
    may: 'moderator',
    admin: true,
    in: Shape({ showId: Id, messageId: Id, reason: Reason }),
    out: Empty,
  },
  'chat:approve': {
    summary: 'Let a held message through',
    may: 'moderator',
    admin: true,
    in: OfMessage,
    out: Empty,
  },
  'chat:refuse': {
    summary: 'Do not let a held message through',
    may: 'moderator',
    admin: true,
    in: OfMessage,
    out: Empty,
  },
  'chat:pin': {
    summary: 'Pin a message above the chat, or none',
    may: 'moderator',
    admin: true,
    in: Shape({ showId: Id, messageId: Nullable(Id) }),
    out: Empty,
  },
  'chat:slow': {
    summary: 'Seconds between two messages of one person; 0 ends slow mode',
    may: 'moderator',
    admin: true,
    in: Shape({ showId: Id, seconds: Type.Integer({ minimum: 0, maximum: slowSecondsMax }) }),
    out: Empty,
  },
  'reaction:send': {
    summary: 'A heart; counted, and told in sum',
    may: 'guest',
    notWhen: ['banned'],
    in: Shape({ showId: Id, kind: ReactionKind }),
    out: Empty,
  },
})
