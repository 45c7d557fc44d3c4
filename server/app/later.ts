import { forgetOldSessions } from '../features/accounts/jobs.ts'
import { countViewers, forgetViewers } from '../features/analytics/jobs.ts'
import { auctionsAreDue, settleAuctions } from '../features/auctions/jobs.ts'
import { flushReactions } from '../features/chat/jobs.ts'
import { followersAreToHear, tellFollowers } from '../features/following/jobs.ts'
import { giveawaysAreDue, settleGiveaways } from '../features/giveaways/jobs.ts'
import {
  forgetOldNews,
  newsAreDue,
  sendNews,
  stockIsToBeTold,
  tellStocks,
} from '../features/hooks/jobs.ts'
import { holdsAreDue, sweepHolds } from '../features/inventory/jobs.ts'
import { linesAreWaiting, serveLines } from '../features/line/jobs.ts'
import { forgetOldMails, mailsAreDue, sendDueMails } from '../features/mail/jobs.ts'
import { forgetOldVisits } from '../features/moderation/jobs.ts'
import {
  expireOrders,
  ordersAreDue,
  paymentsAreDue,
  reconcilePayments,
  refundsAreDue,
  settleRefunds,
} from '../features/orders/jobs.ts'
import {
  cardsAreDue,
  deliverSandboxEvents,
  eventsAreDue,
  forgetOldEvents,
  settleSlowSandbox,
} from '../features/payments/jobs.ts'
import { pollsAreDue, sweepPolls } from '../features/polls/jobs.ts'
import { codesAreShown, sweepCodes } from '../features/promotions/jobs.ts'
import {
  forgetRecordings,
  lookAfterTapes,
  putRecordingsAway,
  recordingsAreOpen,
  sweepRecordings,
  tellReplays,
} from '../features/recordings/jobs.ts'
import { passReturns, returnsAreDue } from '../features/returns/jobs.ts'
import { salesAreRunning, sweepSales } from '../features/sales/jobs.ts'
import {
  endLeftShows,
  forgetOldReminders,
  picturesAreLost,
  remindersAreDue,
  showsAreOver,
  tellReminded,
} from '../features/shows/jobs.ts'
import { startJobs } from '../jobs/jobs.ts'
import { startPulse } from '../realtime/pulse.ts'
import { forgetOldKeys } from '../store/once.ts'
import type { Doors } from './doors.ts'
import type { Floor } from './floor.ts'
import type { Rooms } from './rooms.ts'

/** A session or a stream key that ended while Redis was away ends what is open with it this much later at most. */
const sessionsMs = 20_000
/** A replay that was not told that it is open, or no longer, may be so for so long. */
const replaysMs = 60_000
/** Rows that open nothing any more may lie about for so long. */
const forgetMs = 600_000
/** What a crash left on a disk may lie about for so long: every file is looked at. */
const shelvesMs = 3_600_000

/** What happens by itself: every room's sweepers on every node, and the pulse. */
export function openLater(
  floor: Floor,
  rooms: Rooms,
  doors: Doors,
  building: AsyncDisposableStack,
): void {
  const { pg, log, relay, redis, logger, config } = floor
  const { HOLD_MS: holdMs } = config
  const { mail, shows, following, chat, payments, orders } = rooms
  const second = (name: string, run: () => Promise<unknown>) => ({ name, everyMs: 1_000, run })
  const jobs = startJobs({
    redis,
    sql: pg.jobs,
    log: logger,
    jobs: [
      { name: 'mail', due: mailsAreDue, run: () => sendDueMails(mail) },
      { name: 'holds', due: holdsAreDue, run: () => sweepHolds({ sql: pg.jobs, log }) },
      { name: 'lines', due: linesAreWaiting, run: () => serveLines({ sql: pg.jobs, log, holdMs }) },
      { name: 'sales', due: salesAreRunning, run: () => sweepSales({ sql: pg.jobs, log }) },
      { name: 'auctions', due: auctionsAreDue, run: () => settleAuctions({ sql: pg.jobs, log }) },
      {
        name: 'giveaways',
        due: giveawaysAreDue,
        run: () => settleGiveaways({ sql: pg.jobs, log }),
      },
      { name: 'codes', due: codesAreShown, run: () => sweepCodes({ sql: pg.jobs, log }) },
      { name: 'polls', due: pollsAreDue, run: () => sweepPolls({ sql: pg.jobs, log }) },
      { name: 'shows', due: showsAreOver, run: () => endLeftShows(shows) },
      { name: 'reminders', due: remindersAreDue, run: () => tellReminded(shows) },
      { name: 'followers', due: followersAreToHear, run: () => tellFollowers(following) },
      { name: 'lost pictures', due: picturesAreLost, run: () => takeOffAir(floor, rooms) },
      { name: 'orders', due: ordersAreDue, run: () => expireOrders(orders) },
      { name: 'payments', due: paymentsAreDue, run: () => reconcilePayments(orders) },
      { name: 'refunds', due: refundsAreDue, run: () => settleRefunds(orders) },
      { name: 'returns', due: returnsAreDue, run: () => passReturns(rooms.returns) },
      { name: 'webhooks', due: newsAreDue, run: () => sendNews(rooms.hooks) },
      { name: 'told stock', due: stockIsToBeTold, run: () => tellStocks(rooms.hooks) },
      { name: 'recordings', due: recordingsAreOpen, run: () => putRecordingsAway(rooms) },
      { name: 'sandbox events', due: eventsAreDue, run: () => deliverSandboxEvents(payments) },
      { name: 'sandbox cards', due: cardsAreDue, run: () => settleSlowSandbox(payments) },
      second('nodes', () => rooms.nodes.keep()),
      second('peaks', () => notePeaks(rooms)),
      second('viewers', () => countViewers(rooms.analytics)),
      second('pictures', () => keepOnAir(floor, rooms)),
      second('tapes', () => lookAfterTapes(rooms)),
      second('reactions', () => flushReactions(chat)),
      { name: 'old sessions', everyMs: forgetMs, run: () => forgetOldSessions({ sql: pg.jobs }) },
      { name: 'old viewers', everyMs: forgetMs, run: () => forgetViewers(rooms.analytics) },
      { name: 'old reminders', everyMs: forgetMs, run: () => forgetOldReminders({ sql: pg.jobs }) },
      { name: 'old visits', everyMs: forgetMs, run: () => forgetOldVisits({ sql: pg.jobs }) },
      { name: 'old keys', everyMs: forgetMs, run: () => forgetOldKeys({ sql: pg.jobs }) },
      { name: 'old mails', everyMs: forgetMs, run: () => forgetOldMails({ sql: pg.jobs }) },
      { name: 'old webhooks', everyMs: forgetMs, run: () => forgetOldNews({ sql: pg.jobs }) },
      { name: 'old events', everyMs: forgetMs, run: () => forgetOldEvents({ sql: pg.jobs }) },
      { name: 'replays', everyMs: replaysMs, run: () => tellReplays(rooms) },
      { name: 'old recordings', everyMs: forgetMs, run: () => forgetRecordings(rooms) },
      { name: 'shelves', everyMs: shelvesMs, run: () => sweepRecordings(rooms) },
      { name: 'sessions', everyMs: sessionsMs, run: () => endSessions(rooms, doors) },
    ],
  })
  building.defer(() => jobs.close())
  building.defer(() => mail.leave())
  // An order that changed may have written a letter, a refund or a payment to look after.
  relay.onNotice(({ event, payload }) => {
    if (event !== 'order:changed') return
    for (const name of ['mail', 'payments', 'refunds'])
      jobs.wake(name, (payload as { orderId: string }).orderId)
  })
  openPulse(floor, rooms, building)
}

/** The numbers that only matter as of now. */
function openPulse(floor: Floor, rooms: Rooms, building: AsyncDisposableStack): void {
  const { clock, logger } = floor
  const { audience, chat, giveaways, inventory, polls, presence } = rooms
  const pulse = startPulse({
    rooms: () => audience.rooms(),
    presence,
    clock,
    log: logger,
    async read(showIds) {
      const [stock, reactions, votes, entries] = await Promise.all([
        inventory.readPulse(showIds),
        chat.readReactions(showIds),
        polls.readCounts(showIds),
        giveaways.readCounts(showIds),
      ])
      return new Map(
        showIds.map((id) => [
          id,
          {
            reactions: reactions.get(id) ?? {},
            stock: stock.get(id)?.stock ?? {},
            poll: votes.get(id),
            giveaway: entries.get(id),
          },
        ]),
      )
    },
  })
  building.defer(() => pulse.close())
}

async function notePeaks({ audience, presence, shows }: Rooms): Promise<void> {
  for (const { showId } of audience.rooms()) await shows.notePeak(showId, presence.counted(showId))
}

/** Says that this node has its pictures; what another one took is off the air here. */
async function keepOnAir({ relay }: Floor, { air, media, shows }: Rooms): Promise<void> {
  const { lost, back } = await air.keep()
  for (const showId of lost) media.replaced(showId)
  for (const { showId, origin } of back) {
    relay.signal({ about: 'media', showId, producers: origin.producers, origin })
    if (media.isFlowing(showId)) await shows.pictureIs(showId, true)
  }
}

/** Pictures of dead nodes: their shows are interrupted, their viewers told that nothing is on. */
async function takeOffAir({ relay }: Floor, { shows }: Rooms): Promise<void> {
  await shows.sweepPictures((showId) => relay.signal({ about: 'media', showId, producers: [] }))
}

async function endSessions({ accounts, feeds }: Rooms, { gateway }: Doors): Promise<void> {
  const lines = gateway.lines()
  const people = feeds.people()
  const standing = await accounts.standing([...lines.map((line) => line.who), ...people])
  for (const line of lines) {
    if (!standing.has(line.who.sessionId)) gateway.dismiss(line, 'UNAUTHENTICATED')
  }
  for (const { sessionId } of people) if (!standing.has(sessionId)) feeds.signedOut(sessionId)
  await feeds.lookAfter()
}
