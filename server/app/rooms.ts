import { join } from 'node:path'
import type { Config } from '../config.ts'
import { readEvents } from '../events/read.ts'
import { createAccounts } from '../features/accounts/accounts.ts'
import { createAffiliates } from '../features/affiliates/affiliates.ts'
import { createAnalytics } from '../features/analytics/analytics.ts'
import { createAuctions } from '../features/auctions/auctions.ts'
import { createVerifier } from '../features/audit/verifier.ts'
import { createCatalog } from '../features/catalog/catalog.ts'
import { createChat } from '../features/chat/chat.ts'
import { createFollowing } from '../features/following/following.ts'
import { createGiveaways } from '../features/giveaways/giveaways.ts'
import { createHooks } from '../features/hooks/hooks.ts'
import { createInventory } from '../features/inventory/inventory.ts'
import { createKeys } from '../features/keys/keys.ts'
import { createLine } from '../features/line/line.ts'
import { createMail, filePost, type Post, smtpPost } from '../features/mail/mail.ts'
import { createModeration } from '../features/moderation/moderation.ts'
import { createOrders } from '../features/orders/orders.ts'
import { createPayments } from '../features/payments/payments.ts'
import { createPolls } from '../features/polls/polls.ts'
import { createPromotions } from '../features/promotions/promotions.ts'
import { createReplays } from '../features/replay/replay.ts'
import { createReturns } from '../features/returns/returns.ts'
import { createSales } from '../features/sales/sales.ts'
import { createShows } from '../features/shows/shows.ts'
import { Audience } from '../realtime/audience.ts'
import { startPresence } from '../realtime/presence.ts'
import { openForAudit } from '../store/postgres.ts'
import { allChecks } from './checks.ts'
import type { Floor } from './floor.ts'
import { openPictures } from './media.ts'
import { openTapes } from './tapes.ts'

export type Rooms = Awaited<ReturnType<typeof openRooms>>

/** All rooms; those last that ask many of the others. */
export async function openRooms(floor: Floor, building: AsyncDisposableStack) {
  const rooms = await openFeatures(floor, building)
  const following = createFollowing({ ...floor, shows: rooms.shows })
  const analytics = openAnalytics(floor, rooms, building)
  const returns = createReturns(floor)
  const polls = createPolls({ ...floor, moderation: rooms.moderation })
  building.defer(() => polls.end())
  const giveaways = createGiveaways(floor)
  building.defer(() => giveaways.close())
  const affiliates = createAffiliates(floor)
  const hooks = openHooks(floor, building)
  const keys = createKeys(floor)
  const line = createLine(floor)
  building.defer(() => line.close())
  return {
    ...rooms,
    analytics,
    following,
    polls,
    giveaways,
    returns,
    affiliates,
    hooks,
    keys,
    line,
    ...openTapes(floor, rooms, building),
  }
}

function openHooks({ config, pg, log, clock, logger }: Floor, building: AsyncDisposableStack) {
  const anywhere = config.WEBHOOKS_TO === 'anywhere'
  const places = { anywhere, plain: anywhere && !config.production }
  const { SESSION_SECRET: secret } = config
  const hooks = createHooks({ pg, log, places, secret, now: clock.now, logger })
  building.defer(() => hooks.close())
  return hooks
}

type Features = Awaited<ReturnType<typeof openFeatures>>

function openAnalytics(
  { pg, now, logger }: Floor,
  rooms: Features,
  building: AsyncDisposableStack,
) {
  const analytics = createAnalytics({
    pg,
    rooms: () => rooms.audience.rooms(),
    counted: (showId) => rooms.presence.counted(showId),
    now,
    logger,
  })
  building.defer(() => analytics.close())
  return analytics
}

/** The features, from those that know least to those that know most; and the media beside them. */
async function openFeatures(floor: Floor, building: AsyncDisposableStack) {
  const { config, pg, log, relay, redis, clock, now, logger } = floor
  const { PUBLIC_URL: publicUrl, SESSION_SECRET: secret } = config
  const mail = createMail({ pg, post: postOf(config), from: config.MAIL_FROM, publicUrl, logger })
  const endSession = (sessionId: string) => relay.signal({ about: 'session', sessionId })
  const accounts = createAccounts({ pg, mail, publicUrl, secret, endSession })
  const limited = config.RATE_LIMITS === 'on'
  const inventory = createInventory({ pg, log, holdMs: config.HOLD_MS, hoarding: !limited })
  building.defer(() => inventory.close())
  const catalog = createCatalog({ pg, log, inventory, dataDir: config.DATA_DIR })
  const moderation = createModeration({ pg, log, addressHash: accounts.addressHash, now })
  const { mustNotBeBanned } = moderation
  const shows = createShows({
    pg,
    log,
    accounts,
    catalog,
    inventory,
    viewers: (showIds) => presence.countMany(showIds),
    mustNotBeBanned,
  })
  const promotions = createPromotions({ pg, log })
  const sales = createSales({ pg, log })
  const auctions = createAuctions({ pg, log })
  building.defer(() => auctions.close())
  const gatherMs = () => audience.gatherMs()
  const chat = createChat({ pg, log, moderation, flood: limited, gatherMs })
  building.defer(() => chat.close())
  const selfUrl = () => selfUrlOf(floor)
  const stripe = stripeOf(config)
  const tills = { pg, publicUrl, selfUrl, secret, stripe, now: clock.now, logger }
  const payments = await createPayments(tills)
  const { PAY_MS: payMs, FEE_BPS: feeBps } = config
  const orders = createOrders({ pg, log, payments, publicUrl, payMs, feeBps, logger })
  building.defer(() => orders.close())
  const replays = createReplays({ pg, log, shows, mustNotBeBanned })
  const verifier = openVerifier(floor, building)

  const { readSnapshot, readYou } = shows
  const audience = new Audience({
    relay,
    now,
    readSnapshot,
    readYou,
    readEvents: (showId, after) => readEvents(pg.talk, showId, after, Number.MAX_SAFE_INTEGER),
  })
  building.defer(() => audience.close())
  const rooms = () => audience.rooms()
  const presence = startPresence({ node: relay.node, rooms, redis, now })
  building.defer(() => presence.close())
  const pictures = await openPictures(floor, { accounts, shows, moderation }, building)
  return {
    mail,
    accounts,
    catalog,
    inventory,
    shows,
    promotions,
    sales,
    auctions,
    moderation,
    chat,
    payments,
    orders,
    replays,
    verifier,
    audience,
    presence,
    ...pictures,
  }
}

function openVerifier({ config, logger }: Floor, building: AsyncDisposableStack) {
  const open = () => openForAudit(config.DATABASE_URL)
  const verifier = createVerifier({ open, checks: allChecks, logger })
  building.defer(() => verifier.close())
  return verifier
}

/** Where this process hears HTTP itself: shop and sandbox bank speak through it, past any proxy. */
function selfUrlOf({ config, self }: Floor): string {
  const host = config.HOST === '0.0.0.0' || config.HOST === '::' ? '127.0.0.1' : config.HOST
  return `http://${host}:${self.port}`
}

function stripeOf({ PAYMENTS, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_URL }: Config) {
  if (PAYMENTS !== 'stripe' || !STRIPE_SECRET_KEY || !STRIPE_WEBHOOK_SECRET) return undefined
  return { secretKey: STRIPE_SECRET_KEY, webhookSecret: STRIPE_WEBHOOK_SECRET, url: STRIPE_URL }
}

function postOf(config: Config): Post {
  return config.SMTP_URL ? smtpPost(config.SMTP_URL) : filePost(join(config.DATA_DIR, 'mail'))
}
