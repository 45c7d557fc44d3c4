import type { ComponentChildren } from 'preact'
import { serverNow } from '../api/clock.ts'
import { framed } from '../api/framed.ts'
import { call } from '../api/http.ts'
import type { Room } from '../api/room.ts'
import { retryAt, tryNow } from '../api/socket.ts'
import type { Offered } from '../replay/use-replay.ts'
import { t as r } from '../replay/words.ts'
import { Badge } from '../ui/badge.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { useRest } from '../ui/clocks.tsx'
import { Icon } from '../ui/icon.tsx'
import { count, percent } from '../ui/money.ts'
import { Pic } from '../ui/pic.tsx'
import { Remind } from '../ui/remind.tsx'
import { rich } from '../ui/rich.tsx'
import { at, countdown, dayName, fromNow, span } from '../ui/time.ts'
import { useAsked } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { saveCalendar } from './calendar.ts'
import type { Playing } from './player.ts'
import { countOf, earliestEnd, type Visit } from './visit.ts'

type Props = { visit: Visit; room: Room }

/** After this the host's session has lost its right to return without asking. */
const hostReturnMs = 30_000

/** Before the show: one big time in the viewer's own zone. */
export function Scheduled({ visit, room }: Props) {
  const { show, viewers } = room
  const rest = useRest(show.startsAt)
  if (show.startsAt === null || rest === 0) {
    return (
      <section class="notice bare">
        <p>{show.title}</p>
        <h2>{t('host.setup', { host: show.host.displayName })}</h2>
        <Waiting n={viewers} />
        {!framed && <Remind showId={show.id} />}
        <BagAnyway visit={visit} />
      </section>
    )
  }
  const now = serverNow()
  const day = dayName(show.startsAt, now)
  return (
    <section class="notice bare">
      <p>{show.title}</p>
      <h2 class="big-time num">{at(show.startsAt)}</h2>
      <p>
        {t('starts.today', { day, in: fromNow(show.startsAt, now) })}{' '}
        {viewers > 1 && t('waiting', { n: viewers })}
      </p>
      {!framed && <Remind showId={show.id} />}
      <Button kind={framed ? 'paper' : 'glass'} icon="calendar" onClick={() => saveCalendar(show)}>
        {t('calendar')}
      </Button>
      <BagAnyway visit={visit} />
    </section>
  )
}

function Waiting({ n }: { n: number }) {
  return n > 1 ? <p class="num">{t('waiting', { n })}</p> : null
}

/** After the show: what it was, the next one, and the bag while holds run. */
export function Over({ visit, room, offered }: Props & { offered: Offered }) {
  const { show } = room
  const ran =
    show.startedAt !== null && show.endedAt !== null
      ? Date.parse(show.endedAt) - Date.parse(show.startedAt)
      : null
  const canceled = show.status === 'canceled'
  if (offered.at === 'coming') return null
  return (
    <section class="notice bare">
      <h2>{t(canceled ? 'over.canceled' : 'over')}</h2>
      {!canceled && <p>{ran === null ? t('over.plain') : t('over.ran', { span: span(ran) })}</p>}
      <WatchAgain offered={offered} />
      <BagAnyway visit={visit} paper />
      <NextShow hostId={show.host.id} />
      <LinkButton kind="glass" href="/">
        {t('other.shows')}
      </LinkButton>
    </section>
  )
}

/** The way into the replay, or how far it is made. */
function WatchAgain({ offered }: { offered: Offered }) {
  if (offered.at === 'ready') {
    return (
      <Button kind="paper" icon="play" onClick={offered.watch}>
        {r('again')}
      </Button>
    )
  }
  if (offered.at !== 'making') return null
  const { progress } = offered
  return (
    <p role="status" class="num">
      {progress === null ? r('making.plain') : r('making', { percent: percent(progress) })}
    </p>
  )
}

function NextShow({ hostId }: { hostId: string }) {
  const query = { host: hostId, status: 'scheduled', order: 'soonest', limit: 1 } as const
  const [next] = useAsked(() => call('GET', '/shows', { query }), [hostId]).value?.items ?? []
  if (next?.startsAt == null) return null
  return (
    <LinkButton kind="glass" icon="calendar" href={`/s/${next.id}`}>
      {t('next.show', { day: dayName(next.startsAt, serverNow()), time: at(next.startsAt) })}
    </LinkButton>
  )
}

/** Holds outlive the show: they can be paid until their time. */
function BagAnyway({ visit, paper = false }: { visit: Visit; paper?: boolean }) {
  const lines = visit.bag.value
  if (lines.length === 0) return null
  return (
    <Button
      kind={paper ? 'paper' : 'glass'}
      icon="bag"
      onClick={() => (visit.sheet.value = { name: 'bag' })}
    >
      {t('held.many', { n: countOf(lines) })}
    </Button>
  )
}

/** The goods of a dim window can be looked at before and after. */
export function ShelfRow({ visit, room }: Props) {
  const goods = room.products.filter((product) => !product.pulled)
  if (goods.length === 0) return null
  return (
    <div class="shelf-row" data-zone="paper">
      <p class="row">
        <b>{t('pieces.window', { n: goods.length })}</b>
        <button
          type="button"
          class="push see-all"
          onClick={() => (visit.sheet.value = { name: 'list' })}
        >
          {t('see.all')}
        </button>
      </p>
      <div class="pics">
        {goods.slice(0, 5).map((product) => (
          <button
            key={product.id}
            type="button"
            aria-label={product.title}
            onClick={() => (visit.sheet.value = { name: 'product', productId: product.id })}
          >
            <Pic src={product.images[0]} />
          </button>
        ))}
      </div>
    </div>
  )
}

/** The host's line is lost: 30 s to be back, and selling goes on. */
export function HostAway({ room }: { room: Room }) {
  const { interruptedAt, host } = room.show
  const rest = useRest(interruptedAt === null ? null : Date.parse(interruptedAt) + hostReturnMs)
  const words =
    rest > 0
      ? t('host.away.rest', { host: host.displayName, rest: countdown(rest / 1000) })
      : t('host.away', { host: host.displayName })
  return (
    <div class="strip time strip-top" role="status">
      <Icon name="clock" />
      <span>{rich(words)}</span>
    </div>
  )
}

/** My own line is lost: when the next try starts, and a way not to wait for it. */
export function LineLost() {
  const until = retryAt.value
  const rest = useRest(until === null ? null : until + serverNow() - Date.now())
  const seconds = Math.ceil(rest / 1000)
  return (
    <div class="strip-top toast" role="status">
      <Icon name="offline" class="time" />
      <span>{rich(seconds > 0 ? t('line.lost', { rest: seconds }) : t('line.retrying'))}</span>
      <button type="button" class="act" onClick={tryNow}>
        {t('try.now')}
      </button>
    </div>
  )
}

/** After three seconds without a line: what stays true meanwhile. */
export function FindingShow({ visit }: { visit: Visit }) {
  const lines = visit.bag.value
  const until = earliestEnd(lines)
  return (
    <section class="notice">
      <Icon name="refresh" />
      <h2>{t('line.finding')}</h2>
      <p>
        {until === null
          ? t('line.finding.none')
          : t('line.finding.held', { n: countOf(lines), time: at(until) })}
      </p>
    </section>
  )
}

/** Live and how many watch. While the host is away the strip says so. */
export function FactBadges({ room, replay = false }: { room: Room; replay?: boolean }) {
  const { status } = room.show
  if (replay) {
    return (
      <p class="facts">
        <Badge tone="glass" icon="undo">
          {r('badge')}
        </Badge>
      </p>
    )
  }
  if (status !== 'live' && status !== 'interrupted') return null
  return (
    <p class="facts">
      {status === 'live' && <Badge tone="live">{t('live')}</Badge>}{' '}
      <Badge tone="glass" icon="eye">
        <span class="num">{count(room.viewers)}</span>
        <span class="sr"> {t('watching')}</span>
      </Badge>
    </p>
  )
}

/** The picture alone is away or late: one may chat, buy and pay meanwhile. */
export function PictureChip({ room, player }: { room: Room; player: Playing }) {
  if (room.show.status !== 'live') return null
  const words = pictureWords(room, player)
  if (words === null) return null
  return (
    <p class="picture-chip" role="status">
      <Badge tone="glass" icon="camera">
        {words}
      </Badge>
    </p>
  )
}

function pictureWords(room: Room, player: Playing): ComponentChildren {
  const state = player.picture.value
  if (state === 'playing' || state === 'connecting') {
    return player.behind?.value ? t('picture.behind') : null
  }
  const host = room.show.host.displayName
  if (room.producers.length === 0) {
    return player.shown?.value ? rich(t('host.away', { host })) : t('host.setup', { host })
  }
  if (state === 'full') return t('picture.full')
  return state === 'reconnecting' ? t('picture.back') : null
}
