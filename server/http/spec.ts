import type { TSchema } from 'typebox'
import * as accounts from '../../shared/wire/accounts.ts'
import * as admin from '../../shared/wire/admin.ts'
import * as affiliates from '../../shared/wire/affiliates.ts'
import * as auctions from '../../shared/wire/auctions.ts'
import * as base from '../../shared/wire/base.ts'
import * as catalog from '../../shared/wire/catalog.ts'
import * as chat from '../../shared/wire/chat.ts'
import type { Commands, May, Routes } from '../../shared/wire/contract.ts'
import * as embeds from '../../shared/wire/embeds.ts'
import * as events from '../../shared/wire/events.ts'
import * as following from '../../shared/wire/following.ts'
import * as giveaways from '../../shared/wire/giveaways.ts'
import * as holds from '../../shared/wire/holds.ts'
import * as hooks from '../../shared/wire/hooks.ts'
import * as keys from '../../shared/wire/keys.ts'
import * as line from '../../shared/wire/line.ts'
import * as links from '../../shared/wire/links.ts'
import * as media from '../../shared/wire/media.ts'
import * as moderation from '../../shared/wire/moderation.ts'
import * as orders from '../../shared/wire/orders.ts'
import * as polls from '../../shared/wire/polls.ts'
import * as promotions from '../../shared/wire/promotions.ts'
import * as recordings from '../../shared/wire/recordings.ts'
import * as replay from '../../shared/wire/replay.ts'
import * as report from '../../shared/wire/report.ts'
import * as returns from '../../shared/wire/returns.ts'
import * as sales from '../../shared/wire/sales.ts'
import * as shows from '../../shared/wire/shows.ts'
import * as whip from '../../shared/wire/whip.ts'

export type Json = Record<string, unknown>

/** The tables of the wire by subject, in the order in which somebody reads about them. */
export const subjects: { name: string; about: string; routes: Routes; commands: Commands }[] = [
  {
    name: 'People',
    about: 'Accounts, sessions, addresses',
    routes: accounts.accountRoutes,
    commands: {},
  },
  {
    name: 'Shop',
    about: 'Products, pictures, settings',
    routes: catalog.catalogRoutes,
    commands: {},
  },
  {
    name: 'Stock',
    about: 'Units on hand and their ledger',
    routes: catalog.inventoryRoutes,
    commands: {},
  },
  {
    name: 'Shows',
    about: 'Planning, going live, line-ups, the log',
    routes: shows.showRoutes,
    commands: shows.showCommands,
  },
  {
    name: 'Report',
    about: 'What a show did, from its rows',
    routes: report.reportRoutes,
    commands: {},
  },
  {
    name: 'Following',
    about: 'Hosts, who follows them, and the letters of that',
    routes: following.followingRoutes,
    commands: {},
  },
  { name: 'Selling', about: 'Pins, flash sales, pulls', routes: {}, commands: sales.salesCommands },
  {
    name: 'Auctions',
    about: 'One unit to whoever bids most',
    routes: {},
    commands: auctions.auctionCommands,
  },
  {
    name: 'Holds',
    about: 'Units kept for a buyer for a time',
    routes: holds.holdRoutes,
    commands: holds.holdCommands,
  },
  {
    name: 'Line',
    about: 'A fair line for what is sold out',
    routes: {},
    commands: line.lineCommands,
  },
  {
    name: 'Codes',
    about: 'Discount codes, and the one that a show shows',
    routes: promotions.codeRoutes,
    commands: promotions.codeCommands,
  },
  { name: 'Polls', about: 'What a show asks the room', routes: {}, commands: polls.pollCommands },
  {
    name: 'Giveaways',
    about: 'One unit for nothing, by a draw that anybody can make again',
    routes: giveaways.giveawayRoutes,
    commands: giveaways.giveawayCommands,
  },
  { name: 'Orders', about: 'From the bag to the parcel', routes: orders.orderRoutes, commands: {} },
  {
    name: 'Returns',
    about: 'What comes back, and who decides where two do not agree',
    routes: returns.returnRoutes,
    commands: {},
  },
  {
    name: 'Affiliates',
    about: 'Who brings buyers, and what of it is theirs',
    routes: affiliates.affiliateRoutes,
    commands: {},
  },
  {
    name: 'Webhooks',
    about: 'News of a shop for other programs of its merchant, and the keys that let these in',
    routes: { ...hooks.hookRoutes, ...keys.keyRoutes },
    commands: {},
  },
  {
    name: 'Payments',
    about: 'The provider, and the sandbox that stands for one',
    routes: { ...orders.paymentRoutes, ...orders.sandboxRoutes },
    commands: {},
  },
  { name: 'Chat', about: 'What is said', routes: {}, commands: chat.chatCommands },
  {
    name: 'Moderation',
    about: 'Who may speak, and what may be sold',
    routes: moderation.moderationRoutes,
    commands: moderation.moderationCommands,
  },
  {
    name: 'Recordings',
    about: 'What is kept of a show, and watched again',
    routes: { ...recordings.recordingRoutes, ...replay.replayRoutes },
    commands: {},
  },
  {
    name: 'Media',
    about: 'WebRTC through mediasoup, and keys for encoders',
    routes: whip.streamKeyRoutes,
    commands: media.mediaCommands,
  },
  {
    name: 'Reach',
    about: 'Shows in pages of others, and short links',
    routes: { ...embeds.embedRoutes, ...links.linkRoutes },
    commands: {},
  },
  {
    name: 'Administration',
    about: 'Proof that nothing is missing',
    routes: admin.adminRoutes,
    commands: {},
  },
]

const files = [
  base,
  accounts,
  admin,
  affiliates,
  auctions,
  catalog,
  chat,
  embeds,
  events,
  following,
  giveaways,
  holds,
  hooks,
  keys,
  line,
  links,
  media,
  moderation,
  orders,
  polls,
  promotions,
  recordings,
  replay,
  report,
  returns,
  sales,
  shows,
  whip,
]

/** Schemas that the wire exports, by the name under which it does. */
const names = new Map<unknown, string>(
  files.flatMap((file) =>
    Object.entries(file)
      .filter(([name, value]) => /^[A-Z]/.test(name) && isSchema(value))
      .map(([name, value]) => [value, name] as const),
  ),
)

function isSchema(value: unknown): value is TSchema {
  return typeof value === 'object' && value !== null && '~kind' in value
}

/** A schema as JSON; what has a name is referred to by it. */
export function described(schema: TSchema): unknown {
  const name = names.get(schema)
  return name === undefined ? contents(schema) : { $ref: `#/components/schemas/${name}` }
}

/** Every named schema, for `components`. */
export function namedSchemas(): Json {
  return Object.fromEntries([...names].map(([schema, name]) => [name, contents(schema as Json)]))
}

function contents(schema: object): Json {
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, inside(value)]))
}

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside)
  if (isSchema(value)) return described(value)
  return typeof value === 'object' && value !== null ? contents(value) : value
}

const people: Record<May, string> = {
  anyone: 'Anyone, also without a session.',
  guest: 'Any session, also a guest’s.',
  account: 'Any signed-in account.',
  moderator: 'Moderators of the show and its host.',
  host: 'The host of the show.',
  owner: 'The merchant or buyer whose it is; to others it does not exist.',
  admin: 'Admins.',
}

type Rights = { may: May; admin?: boolean; apiKey?: boolean }

/** Who may call it, as a sentence. */
export function whoMay({ may, admin, apiKey }: Rights): string {
  return [
    people[may],
    ...(admin && may !== 'admin' ? ['Admins too.'] : []),
    ...(apiKey ? ['API keys too.'] : []),
  ].join(' ')
}

export const about = {
  title: 'Vitrine',
  version: '1',
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
}
