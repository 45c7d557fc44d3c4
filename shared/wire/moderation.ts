import Type, { type Static } from 'typebox'
import { muteMsMax } from '../limits.ts'
import {
  Empty,
  Id,
  IdParam,
  Instant,
  Line,
  Nullable,
  Page,
  PageQuery,
  Reason,
  Shape,
} from './base.ts'
import { commands, routes } from './contract.ts'
import { Role } from './events.ts'

const Person = Shape({ showId: Id, accountId: Id })
const BecausePerson = Shape({ showId: Id, accountId: Id, reason: Reason })

export const moderationCommands = commands({
  'viewer:mute': {
    summary: 'Stop somebody from chatting for a time',
    may: 'moderator',
    admin: true,
    in: Shape({
      showId: Id,
      accountId: Id,
      durationMs: Type.Integer({ minimum: 1_000, maximum: muteMsMax }),
      reason: Reason,
    }),
    out: Empty,
  },
  'viewer:unmute': { summary: 'End a mute', may: 'moderator', admin: true, in: Person, out: Empty },
  'viewer:ban': {
    summary: 'Remove somebody from the show: sockets and media close, they may not come back',
    may: 'moderator',
    admin: true,
    in: BecausePerson,
    out: Empty,
  },
  'viewer:unban': { summary: 'End a ban', may: 'moderator', admin: true, in: Person, out: Empty },
  'report:send': {
    summary: 'Tell the moderators about a message, a person or a product',
    may: 'account',
    notWhen: ['banned'],
    in: Shape({
      showId: Id,
      about: Type.Union([
        Shape({ messageId: Id }),
        Shape({ accountId: Id }),
        Shape({ productId: Id }),
      ]),
      reason: Reason,
    }),
    out: Empty,
  },
})

export const HeldMessage = Shape({
  messageId: Id,
  accountId: Id,
  displayName: Type.String(),
  text: Type.String(),
  /** Why it is held, and the words to mark. */
  reason: Type.String(),
  marks: Type.Array(Type.String()),
  at: Instant,
})
export type HeldMessage = Static<typeof HeldMessage>

export const Report = Shape({
  id: Id,
  by: Shape({ accountId: Id, displayName: Type.String() }),
  about: Type.Object({}, { additionalProperties: true }),
  /** What it is about, in words: the message's text, the person's name, the product's title. */
  excerpt: Type.String(),
  reason: Type.String(),
  at: Instant,
})
export type Report = Static<typeof Report>

/** One act of the log as staff see it: who did what to whom, when and why. */
export const Act = Shape({
  seq: Type.Integer(),
  type: Type.String(),
  at: Instant,
  by: Nullable(Shape({ accountId: Id, displayName: Type.String() })),
  about: Type.Object({}, { additionalProperties: true }),
  reason: Nullable(Type.String()),
})
export type Act = Static<typeof Act>

export const PersonCard = Shape({
  accountId: Id,
  displayName: Type.String(),
  role: Role,
  firstSeenAt: Nullable(Instant),
  messages: Type.Integer(),
  removed: Type.Integer(),
  orders: Type.Integer(),
  mutedUntil: Nullable(Instant),
  banned: Type.Boolean(),
  history: Type.Array(Act),
})
export type PersonCard = Static<typeof PersonCard>

export const Word = Shape({
  id: Id,
  text: Type.String(),
  action: Type.Union([Type.Literal('hold'), Type.Literal('refuse')]),
})
export type Word = Static<typeof Word>

const PersonParams = Shape({ id: Id, accountId: Id })

export const moderationRoutes = routes({
  held: {
    method: 'GET',
    path: '/shows/:id/held',
    summary: 'Messages that wait for a moderator',
    may: 'moderator',
    admin: true,
    params: IdParam,
    query: Shape(PageQuery),
    reply: Page(HeldMessage),
    status: 200,
  },
  reports: {
    method: 'GET',
    path: '/shows/:id/reports',
    summary: 'What viewers reported',
    may: 'moderator',
    admin: true,
    params: IdParam,
    query: Shape(PageQuery),
    reply: Page(Report),
    status: 200,
  },
  person: {
    method: 'GET',
    path: '/shows/:id/people/:accountId',
    summary: 'What staff need to know about somebody in this show',
    may: 'moderator',
    admin: true,
    params: PersonParams,
    reply: PersonCard,
    status: 200,
  },
  audit: {
    method: 'GET',
    path: '/shows/:id/audit',
    summary: 'Who did what when, newest first',
    may: 'moderator',
    admin: true,
    params: IdParam,
    query: Shape(PageQuery),
    reply: Page(Act),
    status: 200,
  },
  words: {
    method: 'GET',
    path: '/shows/:id/words',
    summary: "The show's own words to hold or refuse",
    may: 'moderator',
    admin: true,
    params: IdParam,
    reply: Shape({ items: Type.Array(Word), nextCursor: Nullable(Type.String()) }),
    status: 200,
  },
  addWord: {
    method: 'POST',
    path: '/shows/:id/words',
    summary: 'Hold or refuse messages with this word',
    may: 'moderator',
    admin: true,
    params: IdParam,
    body: Shape({
      text: Line(60),
      action: Type.Union([Type.Literal('hold'), Type.Literal('refuse')]),
    }),
    reply: Word,
    status: 201,
  },
  removeWord: {
    method: 'DELETE',
    path: '/shows/:id/words/:wordId',
    summary: 'Forget a word',
    may: 'moderator',
    admin: true,
    params: Shape({ id: Id, wordId: Id }),
    status: 204,
  },
})
