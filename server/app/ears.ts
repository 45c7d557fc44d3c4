import type { Appended } from '../events/log.ts'
import type { Doors } from './doors.ts'
import type { Floor } from './floor.ts'
import type { Rooms } from './rooms.ts'

/** Who hears what: the log's events become kicks and closed media, notices reach their people. */
export function openEars({ relay, logger }: Floor, rooms: Rooms, { gateway }: Doors): void {
  const { shows, audience, media, feeds, broadcasts, air } = rooms
  const failed = (what: string) => (err: unknown) => logger.warn({ err }, what)
  relay.onNotice(({ accountId, event, payload }) => gateway.notify(accountId, event, payload))
  relay.onSignal((signal) => {
    if (signal.about === 'media') {
      const { showId, producers, origin } = signal
      if (origin && origin.node !== relay.node) media.originIs(showId, { ...origin, producers })
      audience.renew(showId)
      audience
        .room(showId)
        ?.broadcast('media:changed', { showId, producers })
        .catch(failed('media:changed not told'))
      return
    }
    if (signal.about === 'air') {
      if (air.lostTo(signal.showId, signal.node, signal.epoch)) media.replaced(signal.showId)
      return
    }
    if (signal.about === 'stream-key') {
      feeds.reconsider(signal.showId).catch(failed('encoders not asked again'))
      return
    }
    feeds.signedOut(signal.sessionId)
    for (const line of gateway.lines()) {
      if (line.who.sessionId === signal.sessionId) gateway.dismiss(line, 'UNAUTHENTICATED')
    }
  })
  relay.onEvents((events) => {
    for (const event of events) {
      obey(event, rooms, gateway)
      if (event.type !== 'viewer.banned') continue
      feeds.reconsider(event.showId).catch(failed('players not asked again'))
    }
  })
  media.listen({
    producersChanged(showId, producers) {
      air.note(showId, producers).then(
        (origin) => origin && relay.signal({ about: 'media', showId, producers, origin }),
        (err: unknown) => {
          failed('producers not noted')(err)
          relay.signal({ about: 'media', showId, producers })
        },
      )
    },
    transportClosed(lineId, transportId, reason) {
      feeds.closed(lineId)
      broadcasts.closed(lineId, transportId)
      gateway.tell(lineId, 'media:closed', { transportId, reason })
    },
    flowing: (showId) =>
      void shows.pictureIs(showId, true).catch(failed('picture is back, not noted')),
    silent(showId) {
      const note = async () => {
        if (!(await air.isElsewhere(showId))) await shows.pictureIs(showId, false)
      }
      note().catch(failed('picture is away, not noted'))
    },
  })
}

/** What the law of the log means for sockets and media of this node. */
function obey({ showId, type, staff }: Appended, rooms: Rooms, gateway: Doors['gateway']): void {
  const { analytics, audience, broadcasts, media } = rooms
  const accountId = staff?.['accountId'] as string
  if (type === 'show.started') analytics.began(showId)
  if (type === 'show.ended') {
    media.closeStream(showId, 'ended')
    analytics.ended(showId)
  }
  if (type === 'staff.changed') audience.setStaff(showId, accountId, staff?.['moderator'] === true)
  if (type !== 'viewer.banned') return
  media.closeAccount(showId, accountId, 'banned')
  for (const line of gateway.linesOf(accountId)) {
    if (audience.isIn(line, showId) || broadcasts.uses(line.id, showId))
      gateway.dismiss(line, 'BANNED', staff?.['reason'] as string)
  }
}
