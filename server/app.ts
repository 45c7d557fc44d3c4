import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { accountRoutes as accountTable } from '../shared/wire/accounts.ts'
import { inventoryRoutes as inventoryTable } from '../shared/wire/catalog.ts'
import type { Routes } from '../shared/wire/contract.ts'
import { holdCommands, holdRoutes as holdTable } from '../shared/wire/holds.ts'
import { mediaCommands } from '../shared/wire/media.ts'
import { salesCommands } from '../shared/wire/sales.ts'
import { showCommands, showRoutes as showTable } from '../shared/wire/shows.ts'
import { type Clock, systemClock } from './base/clock.ts'
import { createLog, type Logger } from './base/log.ts'
import type { Config } from './config.ts'
import { createLogbook } from './events/log.ts'
import { Relay } from './events/relay.ts'
import { createAccounts } from './features/accounts/accounts.ts'
import { accountRoutes } from './features/accounts/routes.ts'
import { createInventory } from './features/inventory/inventory.ts'
import { sweepHolds } from './features/inventory/jobs.ts'
import { holdRoutes, inventoryRoutes } from './features/inventory/routes.ts'
import { holdSocket } from './features/inventory/socket.ts'
import { sendDueMails } from './features/mail/jobs.ts'
import { createMail, filePost, type Post, smtpPost } from './features/mail/mail.ts'
import { sweepSales } from './features/sales/jobs.ts'
import { createSales } from './features/sales/sales.ts'
import { salesSocket } from './features/sales/socket.ts'
import { createBroadcasts } from './features/shows/broadcasts.ts'
import { showRoutes } from './features/shows/routes.ts'
import { createShows } from './features/shows/shows.ts'
import { mediaSocket, showSocket } from './features/shows/socket.ts'
import { openDoor } from './http/door.ts'
import { createDoorman, isOurOrigin, sessionCookie } from './http/doorman.ts'
import { mountHealth } from './http/health.ts'
import { createLimits } from './http/limits.ts'
import { closeMethods, type Handlers, mount } from './http/mount.ts'
import { refusalOf } from './http/problem.ts'
import { mountSite } from './http/site.ts'
import { startJobs } from './jobs/jobs.ts'
import { createMedia } from './media/media.ts'
import { createAudience } from './realtime/audience.ts'
import { type Gateway, openGateway } from './realtime/gateway.ts'
import { startPresence } from './realtime/presence.ts'
import { startPulse } from './realtime/pulse.ts'
import { openPostgres } from './store/postgres.ts'
import { openRedis } from './store/redis.ts'

/** For tests: time, and a hand on what comes from other nodes. */
export type Given = {
  clock?: Clock
  logger?: Logger
  onParcel?: (showId: string, take: () => void) => void
}

export type App = Awaited<ReturnType<typeof createApp>>

/** Builds the whole house, bottom up: floor, rooms, doors, ears. The only file that knows every room. */
export async function createApp(config: Config, given: Given = {}) {
  await using building = new AsyncDisposableStack()
  const floor = openFloor(config, given, building)
  const rooms = await openRooms(config, floor, building)
  const doors = await openDoors(config, floor, rooms, building)
  openEars(floor, rooms, doors)
  openJobs(floor, rooms, building)
  const built = building.move()
  return {
    ...doors,
    rooms,
    floor,
    /** Closes in the opposite order of building. Calling it twice is calm. */
    close: () => built.disposeAsync(),
  }
}

type Floor = ReturnType<typeof openFloor>
type Rooms = Awaited<ReturnType<typeof openRooms>>
type Doors = Awaited<ReturnType<typeof openDoors>>

/** What everything stands on: time, log lines, Postgres, Redis, the shows' log. */
function openFloor(config: Config, given: Given, building: AsyncDisposableStack) {
  const clock = given.clock ?? systemClock
  const logger = given.logger ?? createLog(config.LOG_LEVEL)
  const pg = openPostgres(config.DATABASE_URL)
  building.defer(() => pg.close())
  const redis = openRedis(config.REDIS_URL, logger)
  building.defer(() => redis.close())
  const relay = new Relay({
    sql: pg.talk,
    redis,
    log: logger,
    ...(given.onParcel && { onParcel: given.onParcel }),
  })
  building.defer(() => relay.close())
  const log = createLogbook({ db: pg.db, tell: (events, notices) => relay.tell(events, notices) })
  const now = () => clock.now().getTime()
  return { clock, now, logger, pg, redis, relay, log }
}

/** The features, from those that know least to those that know most; and the media beside them. */
async function openRooms(config: Config, floor: Floor, building: AsyncDisposableStack) {
  const { pg, log, relay, redis, now, logger, clock } = floor
  const { PUBLIC_URL: publicUrl } = config
  const mail = createMail({ pg, post: postOf(config), from: config.MAIL_FROM, publicUrl, logger })
  const accounts = createAccounts({
    pg,
    mail,
    publicUrl,
    secret: config.SESSION_SECRET,
    endSession: (sessionId, code) => relay.signal({ about: 'session', sessionId, code }),
  })
  const inventory = createInventory({ pg, log, holdMs: config.HOLD_MS })
  building.defer(() => inventory.close())
  const mustNotBeBanned = async () => {}
  const shows = createShows({
    pg,
    log,
    accounts,
    catalog: { publicProducts: async () => new Map(), mustOwn: async () => {} },
    viewers: (showIds) => presence.countMany(showIds),
    mustNotBeBanned,
  })
  const sales = createSales({ pg, log })
  const audience = createAudience({
    relay,
    log: logger,
    now,
    readSnapshot: shows.readSnapshot,
    readYou: shows.readYou,
  })
  building.defer(() => audience.close())
  const presence = startPresence({ node: relay.node, rooms: audience.rooms, redis, now })
  building.defer(() => presence.close())
  const media = await createMedia({
    settings: {
      workers: config.MEDIA_WORKERS ?? availableParallelism(),
      listenIp: config.MEDIA_LISTEN_IP,
      announcedAddress: config.MEDIA_ANNOUNCED_ADDRESS,
      port: config.MEDIA_PORT,
      processIndex: config.PROCESS_INDEX,
      workerBin: config.MEDIASOUP_WORKER_BIN,
      iceServers: config.iceServers as never,
      turnSecret: config.TURN_SECRET,
    },
    log: logger,
    clock,
  })
  building.defer(() => media.close())
  const broadcasts = createBroadcasts({
    shows,
    media,
    mustNotBeBanned,
    follow: (showId) => relay.follow(showId),
  })
  return {
    mail,
    accounts,
    inventory,
    shows,
    sales,
    audience,
    presence,
    media,
    broadcasts,
    mustNotBeBanned,
  }
}

/** HTTP and Socket.IO on one port. */
async function openDoors(
  config: Config,
  floor: Floor,
  rooms: Rooms,
  building: AsyncDisposableStack,
) {
  const { logger, redis, now } = floor
  const { accounts, inventory, shows, sales, audience, broadcasts, mustNotBeBanned } = rooms
  const http = await openDoor({
    log: logger,
    publicUrl: config.PUBLIC_URL,
    trustProxy: config.TRUST_PROXY,
    dev: config.dev,
  })
  building.defer(() => http.close())
  const on = config.RATE_LIMITS === 'on'
  const doorman = createDoorman({
    findSession: accounts.findSession,
    limits: createLimits({ on, fallback: 'http' }, redis),
    publicUrl: config.PUBLIC_URL,
  })
  const tables: Routes[] = []
  const open = <T extends Routes>(table: T, handlers: Handlers<T>) => {
    mount(http, doorman, table, handlers)
    tables.push(table)
  }
  open(accountTable, accountRoutes(accounts))
  open(inventoryTable, inventoryRoutes(inventory))
  open(holdTable, holdRoutes(inventory))
  open(showTable, showRoutes(shows))
  closeMethods(http, tables)
  await mountSite(http, { dev: config.dev })

  const socketLimits = createLimits({ on, fallback: 'socket' }, redis)
  const gateway = openGateway(http.server, {
    log: logger,
    findSession: accounts.findSession,
    isOurOrigin: (origin, host) => isOurOrigin(origin, host, config.PUBLIC_URL),
    cookieName: sessionCookie,
    limit: (name, who) => socketLimits.count(name, who),
    addressOf: (_headers, direct) => direct,
    refusalOf: (error) => refusalOf(error, logger),
    onLeave: (line) => {
      audience.drop(line)
      broadcasts.drop(line.id)
    },
  })
  building.defer(() => gateway.close())
  const health = mountHealth(http, {
    pg: floor.pg,
    redis,
    media: rooms.media,
    metricsToken: config.METRICS_TOKEN,
    gauges: gaugesOf(rooms, gateway),
  })
  gateway.mount(holdCommands, holdSocket(inventory))
  gateway.mount(salesCommands, salesSocket(sales))
  gateway.mount(showCommands, showSocket({ audience, mustNotBeBanned, now }))
  gateway.mount(mediaCommands, mediaSocket(broadcasts))
  return { http, gateway, health }
}

function gaugesOf({ audience, media }: Rooms, gateway: Gateway) {
  const { counts } = gateway
  const stat = (help: string, key: keyof ReturnType<typeof media.stats>) => ({
    help,
    read: () => media.stats()[key] as number,
  })
  return {
    vitrine_sockets: { help: 'Open sockets', read: () => counts.connected },
    vitrine_commands_total: { help: 'Socket commands heard', read: () => counts.commands },
    vitrine_commands_refused_total: { help: 'Socket commands refused', read: () => counts.refused },
    vitrine_rooms: { help: 'Shows followed by this process', read: () => audience.rooms().length },
    vitrine_media_workers: stat('Media workers that run', 'workers'),
    vitrine_media_worker_deaths_total: stat('Media workers that died', 'workerDeaths'),
    vitrine_media_routers: stat('Routers', 'routers'),
    vitrine_media_transports: stat('WebRTC transports', 'transports'),
    vitrine_media_producers: stat('Producers', 'producers'),
    vitrine_media_consumers: stat('Consumers', 'consumers'),
    vitrine_media_sent_bytes_total: stat('Bytes sent to viewers', 'bytesSent'),
    vitrine_media_received_bytes_total: stat('Bytes received from hosts', 'bytesReceived'),
    vitrine_media_lost_packets_total: stat('Packets lost on the way in', 'packetsLost'),
  }
}

/** Who hears what: the log's events become kicks and closed media, notices reach their people. */
function openEars(
  { relay, logger }: Floor,
  { shows, audience, media, broadcasts }: Rooms,
  { gateway }: Doors,
): void {
  const failed = (what: string) => (err: unknown) => logger.warn({ err }, what)
  relay.onNotice(({ accountId, event, payload }) => gateway.notify(accountId, event, payload))
  relay.onSignal((signal) => {
    if (signal.about === 'session') {
      for (const line of gateway.sessions().get(signal.sessionId) ?? []) {
        gateway.dismiss(line, 'UNAUTHENTICATED')
      }
      return
    }
    const { showId, producers } = signal
    const room = audience.rooms().find((r) => r.showId === showId)
    room?.broadcast('media:changed', { showId, producers }).catch(failed('media:changed'))
  })
  relay.onEvents((events, showId) => {
    for (const { type, staff } of events) {
      if (type === 'show.ended') media.closeStream(showId, 'ended')
      const accountId = staff?.['accountId'] as string
      if (type === 'staff.changed')
        audience.setStaff(showId, accountId, staff?.['moderator'] === true)
      if (type !== 'viewer.banned') continue
      media.closeAccount(showId, accountId, 'banned')
      for (const line of gateway.linesOf(accountId)) {
        if (audience.isIn(line, showId) || broadcasts.uses(line.id, showId))
          gateway.dismiss(line, 'BANNED')
      }
    }
  })
  media.listen({
    producersChanged(showId, producers) {
      relay.signal({ about: 'media', showId, producers })
      shows.noteProducers(showId, relay.node, producers).catch(failed('producers not noted'))
    },
    transportClosed: (lineId, transportId, reason) => {
      gateway.io.sockets.sockets.get(lineId)?.emit('media:closed', { transportId, reason })
    },
    flowing: (showId) =>
      void shows.pictureIs(showId, true).catch(failed('picture back, not noted')),
    silent: (showId) =>
      void shows.pictureIs(showId, false).catch(failed('picture away, not noted')),
  })
}

/** Later work: every room's sweepers, once a second on every node. */
function openJobs(
  { pg, log, redis, logger }: Floor,
  { mail, shows }: Rooms,
  building: AsyncDisposableStack,
) {
  const second = (name: string, run: () => Promise<unknown>) => ({ name, everyMs: 1_000, run })
  const jobs = startJobs({
    redis,
    log: logger,
    jobs: [
      second('mail', () => sendDueMails(mail)),
      second('holds', () => sweepHolds({ sql: pg.jobs, log })),
      second('sales', () => sweepSales({ sql: pg.jobs, log })),
      second('shows', () => shows.sweep()),
    ],
  })
  building.defer(() => jobs.close())
}

function postOf(config: Config): Post {
  return config.SMTP_URL ? smtpPost(config.SMTP_URL) : filePost(join(config.DATA_DIR, 'mail'))
}
