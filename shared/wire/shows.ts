import Type, { type Static } from 'typebox'
import { lineupMax, searchMax, titleMax } from '../limits.ts'
import {
  Empty,
  Id,
  IdParam,
  Instant,
  Line,
  Nullable,
  Page,
  PageQuery,
  Seq,
  Shape,
  Text,
} from './base.ts'
import { Product } from './catalog.ts'
import { commands, routes } from './contract.ts'
import { Event, Snapshot, You } from './events.ts'
import { InBags } from './holds.ts'

export const ShowStatus = Type.Union([
  Type.Literal('scheduled'),
  Type.Literal('live'),
  Type.Literal('interrupted'),
  Type.Literal('ended'),
  Type.Literal('canceled'),
])
export type ShowStatus = Static<typeof ShowStatus>

export const Host = Shape({ id: Id, displayName: Type.String() })

export const Show = Shape({
  id: Id,
  title: Type.String(),
  status: ShowStatus,
  startsAt: Nullable(Instant),
  startedAt: Nullable(Instant),
  endedAt: Nullable(Instant),
  host: Host,
  lineup: Type.Array(Product),
  /** Watching now, for the lobby. */
  viewers: Type.Integer(),
  /** The most at a time so far. */
  viewersPeak: Type.Integer(),
  pinned: Nullable(Id),
})
export type Show = Static<typeof Show>

const Lineup = Type.Array(Id, { maxItems: lineupMax, uniqueItems: true })
const StaffParams = Shape({ id: Id, accountId: Id })
export const Staff = Shape({ accountId: Id, displayName: Type.String() })

export const showRoutes = routes({
  createShow: {
    method: 'POST',
    path: '/shows',
    summary: 'Plan a show; any account may host',
    may: 'account',
    key: 'optional',
    body: Shape({ title: Line(titleMax), startsAt: Type.Optional(Instant), lineup: Lineup }),
    reply: Show,
    status: 201,
  },
  shows: {
    method: 'GET',
    path: '/shows',
    summary:
      "Shows that are on, to come, or over, newest first; `host` keeps those of one account, `mine` those I host or moderate, `q` those with it in the title, the host's name or a product's title; `order=soonest`: planned shows by their hour, those without one last, and none that is over two hours late",
    may: 'anyone',
    query: Shape({
      ...PageQuery,
      status: Type.Optional(ShowStatus),
      host: Type.Optional(Id),
      mine: Type.Optional(Type.Boolean()),
      q: Type.Optional(Text(0, searchMax)),
      order: Type.Optional(Type.Literal('soonest')),
    }),
    reply: Page(Show),
    status: 200,
  },
  show: {
    method: 'GET',
    path: '/shows/:id',
    summary: 'One show with its line-up',
    may: 'anyone',
    params: IdParam,
    reply: Show,
    status: 200,
  },
  changeShow: {
    method: 'PATCH',
    path: '/shows/:id',
    summary:
      'Change title, time or line-up, also while live; `canceled` calls a scheduled show off',
    may: 'host',
    params: IdParam,
    body: Shape({
      title: Type.Optional(Line(titleMax)),
      startsAt: Type.Optional(Instant),
      lineup: Type.Optional(Lineup),
      status: Type.Optional(Type.Literal('canceled')),
    }),
    reply: Show,
    status: 200,
  },
  startShow: {
    method: 'POST',
    path: '/shows/:id/start',
    summary: 'Go live; standing offers of the line-up open. A show needs no picture to be live',
    may: 'host',
    params: IdParam,
    body: Type.Optional(Empty),
    reply: Show,
    status: 200,
  },
  endShow: {
    method: 'POST',
    path: '/shows/:id/end',
    summary: 'End the show; all offers close, holds and orders run on',
    may: 'host',
    admin: true,
    params: IdParam,
    body: Type.Optional(Empty),
    reply: Show,
    status: 200,
  },
  bags: {
    method: 'GET',
    path: '/shows/:id/bags',
    summary: 'Units of this show that are held at this moment, also those in orders not yet paid',
    may: 'host',
    params: IdParam,
    reply: InBags,
    status: 200,
  },
  moderators: {
    method: 'GET',
    path: '/shows/:id/moderators',
    summary: 'Who moderates this show',
    may: 'moderator',
    admin: true,
    params: IdParam,
    reply: Shape({ items: Type.Array(Staff), nextCursor: Nullable(Type.String()) }),
    status: 200,
  },
  reminders: {
    method: 'GET',
    path: '/me/reminders',
    summary: 'The planned shows that I am reminded of',
    may: 'account',
    reply: Shape({ items: Type.Array(Id), nextCursor: Type.Null() }),
    status: 200,
  },
  remind: {
    method: 'PUT',
    path: '/shows/:id/reminder',
    summary: 'Send me a letter when this show begins, or is called off',
    may: 'account',
    params: IdParam,
    status: 204,
  },
  forgetReminder: {
    method: 'DELETE',
    path: '/shows/:id/reminder',
    summary: 'Take the reminder back',
    may: 'account',
    params: IdParam,
    status: 204,
  },
  addModerator: {
    method: 'PUT',
    path: '/shows/:id/moderators/:accountId',
    summary: 'Make somebody a moderator of the show',
    may: 'host',
    admin: true,
    params: StaffParams,
    status: 204,
  },
  removeModerator: {
    method: 'DELETE',
    path: '/shows/:id/moderators/:accountId',
    summary: 'Take a moderator back',
    may: 'host',
    admin: true,
    params: StaffParams,
    status: 204,
  },
  events: {
    method: 'GET',
    path: '/shows/:id/events',
    summary: "The show's log after a seq; bodies as on the socket",
    may: 'guest',
    notWhen: ['banned'],
    params: IdParam,
    query: Shape({
      after: Type.Optional(Seq),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    }),
    reply: Shape({ items: Type.Array(Event), nextCursor: Nullable(Type.Integer()) }),
    status: 200,
  },
})

export const showCommands = commands({
  'show:join': {
    summary:
      'Enter a show: a snapshot and the events after it, or only the events when `after` is near enough',
    may: 'guest',
    notWhen: ['banned'],
    in: Shape({ showId: Id, after: Type.Optional(Seq) }),
    out: Shape({
      seq: Seq,
      serverTime: Type.Number(),
      you: You,
      snapshot: Type.Optional(Snapshot),
      events: Type.Array(Event),
    }),
  },
  'show:leave': { summary: 'Leave a show', may: 'guest', in: Shape({ showId: Id }), out: Empty },
  'clock:sync': {
    summary: "The server's clock, in epoch ms",
    may: 'guest',
    in: Shape({ t0: Type.Number() }),
    out: Shape({ t0: Type.Number(), serverTime: Type.Number() }),
  },
})
