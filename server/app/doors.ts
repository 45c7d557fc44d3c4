import type { AddressInfo } from 'node:net'
import { accountRoutes as accountTable } from '../../shared/wire/accounts.ts'
import { adminRoutes as adminTable } from '../../shared/wire/admin.ts'
import { affiliateRoutes as affiliateTable } from '../../shared/wire/affiliates.ts'
import { auctionCommands } from '../../shared/wire/auctions.ts'
import {
  catalogRoutes as catalogTable,
  inventoryRoutes as inventoryTable,
} from '../../shared/wire/catalog.ts'
import { chatCommands } from '../../shared/wire/chat.ts'
import type { Routes } from '../../shared/wire/contract.ts'
import { embedRoutes as embedTable } from '../../shared/wire/embeds.ts'
import { followingRoutes as followingTable } from '../../shared/wire/following.ts'
import { giveawayCommands, giveawayRoutes as giveawayTable } from '../../shared/wire/giveaways.ts'
import { holdCommands, holdRoutes as holdTable } from '../../shared/wire/holds.ts'
import { hookRoutes as hookTable } from '../../shared/wire/hooks.ts'
import { keyRoutes as keyTable } from '../../shared/wire/keys.ts'
import { lineCommands } from '../../shared/wire/line.ts'
import { linkRoutes as linkTable } from '../../shared/wire/links.ts'
import { mediaCommands } from '../../shared/wire/media.ts'
import {
  moderationCommands,
  moderationRoutes as moderationTable,
} from '../../shared/wire/moderation.ts'
import {
  orderRoutes as orderTable,
  paymentRoutes as paymentTable,
  sandboxRoutes as sandboxTable,
} from '../../shared/wire/orders.ts'
import { pollCommands } from '../../shared/wire/polls.ts'
import { codeCommands, codeRoutes as codeTable } from '../../shared/wire/promotions.ts'
import { recordingRoutes as recordingTable } from '../../shared/wire/recordings.ts'
import { replayRoutes as replayTable } from '../../shared/wire/replay.ts'
import { reportRoutes as reportTable } from '../../shared/wire/report.ts'
import { returnRoutes as returnTable } from '../../shared/wire/returns.ts'
import { salesCommands } from '../../shared/wire/sales.ts'
import { showCommands, showRoutes as showTable } from '../../shared/wire/shows.ts'
import { streamKeyRoutes as streamKeyTable } from '../../shared/wire/whip.ts'
import { createProxies, type Proxies } from '../base/proxies.ts'
import { accountRoutes } from '../features/accounts/routes.ts'
import { affiliateRoutes } from '../features/affiliates/routes.ts'
import { reportRoutes } from '../features/analytics/routes.ts'
import { auctionSocket } from '../features/auctions/socket.ts'
import { adminRoutes } from '../features/audit/routes.ts'
import { catalogRoutes } from '../features/catalog/routes.ts'
import { chatSocket } from '../features/chat/socket.ts'
import { embedRoutes } from '../features/embeds/routes.ts'
import { followingRoutes } from '../features/following/routes.ts'
import { giveawayRoutes } from '../features/giveaways/routes.ts'
import { giveawaySocket } from '../features/giveaways/socket.ts'
import { hookRoutes } from '../features/hooks/routes.ts'
import { holdRoutes, inventoryRoutes } from '../features/inventory/routes.ts'
import { holdSocket } from '../features/inventory/socket.ts'
import { keyRoutes } from '../features/keys/routes.ts'
import { lineSocket } from '../features/line/socket.ts'
import { linkRoutes } from '../features/links/routes.ts'
import { moderationRoutes } from '../features/moderation/routes.ts'
import { moderationSocket } from '../features/moderation/socket.ts'
import { orderRoutes, paymentRoutes } from '../features/orders/routes.ts'
import { sandboxRoutes } from '../features/payments/routes.ts'
import { pollSocket } from '../features/polls/socket.ts'
import { codeRoutes } from '../features/promotions/routes.ts'
import { codeSocket } from '../features/promotions/socket.ts'
import { recordingRoutes } from '../features/recordings/routes.ts'
import { replayRoutes } from '../features/replay/routes.ts'
import { returnRoutes } from '../features/returns/routes.ts'
import { salesSocket } from '../features/sales/socket.ts'
import { showRoutes, streamKeyRoutes } from '../features/shows/routes.ts'
import { mediaSocket, showSocket } from '../features/shows/socket.ts'
import { mountDocs } from '../http/docs.ts'
import { type Door, openDoor } from '../http/door.ts'
import { createDoorman, isOurOrigin, sessionCookie } from '../http/doorman.ts'
import { mountFeeds } from '../http/feeds.ts'
import { mountHealth } from '../http/health.ts'
import { mountLetters } from '../http/letters.ts'
import { createLimits, type Limits } from '../http/limits.ts'
import { closeMethods, type Handlers, mount } from '../http/mount.ts'
import { mountPictures } from '../http/pictures.ts'
import { refusalOf } from '../http/problem.ts'
import { mountSite } from '../http/site.ts'
import { mountTape } from '../http/tape.ts'
import { mountWindows } from '../http/windows.ts'
import { Gateway } from '../realtime/gateway.ts'
import type { Floor } from './floor.ts'
import { gaugesOf } from './gauges.ts'
import { openReach } from './reach.ts'
import type { Rooms } from './rooms.ts'

export type Doors = Awaited<ReturnType<typeof openDoors>>

/** HTTP and Socket.IO on one port. */
export async function openDoors(floor: Floor, rooms: Rooms, building: AsyncDisposableStack) {
  const { config, logger, pg, redis } = floor
  const proxies = createProxies(config.TRUST_PROXY)
  const http = await openDoor({
    log: logger,
    publicUrl: config.PUBLIC_URL,
    proxies,
    dev: config.dev,
  })
  const reach = openReach(floor, rooms)
  const limits = createLimits({ on: config.RATE_LIMITS === 'on', fallback: 'http' }, floor.redis)
  mountRoutes(http, floor, limits, { ...rooms, ...reach })
  mountPictures(http, rooms.catalog.pictureShelf)
  mountLetters(http, { limits, end: rooms.following.endLetters })
  const gateway = openGateway(http, proxies, floor, rooms)
  // Together: each closes the server that both have, and waits until the other's connections are gone.
  building.defer(async () => {
    await Promise.all([gateway.close(), http.close()])
  })
  const health = mountHealth(http, {
    pg,
    redis,
    media: rooms.media,
    tape: rooms.deck,
    metricsToken: config.METRICS_TOKEN,
    production: config.production,
    gauges: gaugesOf(rooms, gateway),
  })
  await mountDocs(http, config.PUBLIC_URL)
  const entry = await mountSite(http, { dev: config.dev, dist: floor.pages })
  mountWindows(http, { ...reach.windows, entry, limits })
  http.server.once('listening', () => {
    floor.self.port = (http.server.address() as AddressInfo).port
  })
  return { http, gateway, health }
}

type Routed = Rooms & ReturnType<typeof openReach>

function mountRoutes(http: Door, { config }: Floor, limits: Limits, rooms: Routed): void {
  const { accounts, catalog, inventory, shows, moderation, orders, payments } = rooms
  const { feeds, streamKeys } = rooms
  const { findSession } = accounts
  const { PUBLIC_URL: publicUrl, SESSION_SECRET: secret } = config
  const doorman = createDoorman({
    findSession,
    findKey: rooms.keys.find,
    limits,
    publicUrl,
    secret,
  })
  const tables: Routes[] = []
  const open = <T extends Routes>(table: T, handlers: Handlers<T>) => {
    mount(http, doorman, table, handlers)
    tables.push(table)
  }
  open(accountTable, accountRoutes(accounts))
  open(catalogTable, catalogRoutes(catalog))
  open(inventoryTable, inventoryRoutes(inventory))
  open(holdTable, holdRoutes(inventory))
  open(showTable, showRoutes(shows))
  open(streamKeyTable, streamKeyRoutes(streamKeys))
  open(embedTable, embedRoutes(rooms.embeds))
  open(linkTable, linkRoutes(rooms.links))
  open(followingTable, followingRoutes(rooms.following))
  open(moderationTable, moderationRoutes(moderation))
  open(codeTable, codeRoutes(rooms.promotions))
  open(giveawayTable, giveawayRoutes(rooms.giveaways))
  open(orderTable, orderRoutes(orders))
  open(returnTable, returnRoutes(rooms.returns))
  open(affiliateTable, affiliateRoutes(rooms.affiliates))
  open(keyTable, keyRoutes(rooms.keys))
  open(hookTable, hookRoutes(rooms.hooks))
  open(paymentTable, paymentRoutes(orders))
  open(recordingTable, recordingRoutes(rooms.recordings))
  open(replayTable, replayRoutes(rooms.replays))
  open(reportTable, reportRoutes(rooms.analytics))
  open(adminTable, adminRoutes(rooms.verifier))
  if (payments.hasBank) {
    open(sandboxTable, sandboxRoutes(payments))
    payments.mountBank(http)
  }
  mountFeeds(http, { doorman, limits, handlers: feeds })
  mountTape(http, { doorman, limits, handlers: rooms.recordings })
  closeMethods(http, tables)
}

function openGateway(http: Door, proxies: Proxies, floor: Floor, rooms: Rooms): Gateway {
  const { config, logger, redis, now } = floor
  const { accounts, inventory, sales, audience, broadcasts, chat, moderation } = rooms
  const limited = config.RATE_LIMITS === 'on'
  const limits = createLimits({ on: limited, fallback: 'socket' }, redis)
  const gateway = new Gateway(http.server, {
    log: logger,
    findSession: accounts.findSession,
    isOurOrigin: (origin, host) => isOurOrigin(origin, host, config.PUBLIC_URL),
    addressOf: ({ address, headers }) => proxies.callerOf(address, headers['x-forwarded-for']),
    cookieName: sessionCookie,
    limited,
    limit: (name, subject) => limits.count(name, subject),
    refusalOf: (error) => refusalOf(error, logger),
    onLeave: (line) => {
      audience.drop(line)
      broadcasts.drop(line.id)
    },
  })
  gateway.mount(holdCommands, holdSocket(inventory))
  gateway.mount(lineCommands, lineSocket(rooms.line))
  gateway.mount(salesCommands, salesSocket(sales))
  gateway.mount(auctionCommands, auctionSocket(rooms.auctions))
  gateway.mount(codeCommands, codeSocket(rooms.promotions))
  gateway.mount(pollCommands, pollSocket(rooms.polls))
  gateway.mount(giveawayCommands, giveawaySocket(rooms.giveaways))
  gateway.mount(chatCommands, chatSocket(chat))
  gateway.mount(moderationCommands, moderationSocket(moderation))
  gateway.mount(showCommands, showSocket({ audience, mustNotBeBanned: moderation.enter, now }))
  gateway.mount(mediaCommands, mediaSocket(broadcasts))
  return gateway
}
