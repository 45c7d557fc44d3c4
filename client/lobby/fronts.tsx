import { useState } from 'preact/hooks'
import type { Show } from '../../shared/wire/shows.ts'
import { serverNow } from '../api/clock.ts'
import { t as h } from '../host/words.ts'
import { t as r } from '../replay/words.ts'
import { Badge } from '../ui/badge.tsx'
import { Awning } from '../ui/brand.tsx'
import { Button } from '../ui/button.tsx'
import { count, money } from '../ui/money.ts'
import { Pic } from '../ui/pic.tsx'
import { Remind } from '../ui/remind.tsx'
import { at, dayName, zoneCity } from '../ui/time.ts'
import { t } from '../ui/words.ts'
import { saveCalendar } from '../watch/calendar.ts'
import { point, press, turnAway } from './ready.ts'
import './lobby-page.css'

/** Shows of hosts whom one follows. */
type Followed = { followed?: ReadonlySet<string> }

/** Lit windows: what is on. `turn`: their stills are of this look at them. */
export function Shopfronts({ shows, followed, turn }: Followed & { shows: Show[]; turn: number }) {
  return (
    <div class="windows" data-few={shows.length < 3 || undefined}>
      {shows.map((show) => (
        <Shopfront key={show.id} show={show} turn={turn} isFollowed={followed?.has(show.id)} />
      ))}
    </div>
  )
}

/** Whose show it is, and that one follows them. */
function By({ show, isFollowed }: { show: Show; isFollowed: boolean | undefined }) {
  return (
    <small class={isFollowed ? 'two-lines' : 'one-line'}>
      <bdi>{show.host.displayName}</bdi>
      {isFollowed && ` · ${h('following')}`}
    </small>
  )
}

/** Four cloths for the awnings; a shop keeps its own. */
const cloths = ['#0e5a46', '#33495a', '#a8493a', '#6b3a4e']

function clothOf(hostId: string): string {
  const sum = [...hostId].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0)
  return cloths[sum % cloths.length] ?? '#0e5a46'
}

type FrontProps = { show: Show; turn: number; isFollowed: boolean | undefined }

function Shopfront({ show, turn, isFollowed }: FrontProps) {
  const pinned = show.lineup.find((product) => product.id === show.pinned)
  const others = show.lineup.filter((product) => product !== pinned)
  const image = (others[0] ?? pinned)?.images[0]
  const price = pinned?.variants[0]?.price
  return (
    <a
      class="shopfront"
      href={`/s/${show.id}`}
      onPointerMove={(event) => point(event, show.id)}
      onPointerLeave={turnAway}
      onPointerDown={(event) => press(event, show.id)}
    >
      <Awning colour={clothOf(show.host.id)} />
      <div class="view">
        {image === undefined ? <span class="no-goods" /> : <img src={image} alt="" />}
        {show.status === 'live' && <Still showId={show.id} turn={turn} />}
        <p class="facts">
          {show.status === 'live' ? (
            <Badge tone="live">{t('live')}</Badge>
          ) : (
            <Badge icon="clock">{t('lobby.away')}</Badge>
          )}
          {show.viewers > 0 && (
            <Badge tone="glass" icon="eye">
              <span class="num">{count(show.viewers)}</span>
              <span class="sr"> {t('watching')}</span>
            </Badge>
          )}
        </p>
        {pinned !== undefined && price !== undefined && (
          <div class="tag">
            <Pic src={pinned.images[0]} />
            <span class="one-line">
              {pinned.title}
              <b class="num">{money(price)}</b>
            </span>
          </div>
        )}
      </div>
      <div class="sill">
        <b class="two-lines">{show.title}</b>
        <By show={show} isFollowed={isFollowed} />
      </div>
    </a>
  )
}

/** The show as it looks just now, over the goods that stand for it until there is a picture. */
function Still({ showId, turn }: { showId: string; turn: number }) {
  const [shown, setShown] = useState(false)
  return (
    <img
      class="still"
      src={`/api/v1/shows/${showId}/live/still.jpg?turn=${turn}`}
      alt=""
      hidden={!shown}
      onLoad={() => setShown(true)}
      onError={() => setShown(false)}
    />
  )
}

/** Dark plates: what is to come. */
export function Later({ shows, followed }: Followed & { shows: Show[] }) {
  return (
    <section aria-labelledby="later">
      <header>
        <h2 id="later">{t('lobby.later')}</h2>
        <span class="quiet">{t('lobby.zone', { city: zoneCity() })}</span>
      </header>
      <div class="later">
        {shows.map((show) => (
          <article class="dim" key={show.id}>
            <div class="when" style={{ '--a': clothOf(show.host.id) }}>
              {show.startsAt === null ? (
                t('lobby.soon')
              ) : (
                <>
                  {dayName(show.startsAt, serverNow())}
                  <b class="num">{at(show.startsAt)}</b>
                </>
              )}
            </div>
            <a class="what" href={`/s/${show.id}`}>
              <b class="two-lines">{show.title}</b>
              <By show={show} isFollowed={followed?.has(show.id)} />
            </a>
            <div class="row">
              <Remind showId={show.id} of={show.title} />
              {show.startsAt !== null && (
                <Button
                  kind="quiet-btn"
                  size="desk"
                  icon="calendar"
                  aria-label={`${t('calendar')}: ${show.title}`}
                  onClick={() => saveCalendar(show)}
                />
              )}
            </div>
          </article>
        ))}
      </div>
    </section>
  )
}

/** What is over, with what can be watched again. */
export function Missed({ shows, replays }: { shows: Show[]; replays: ReadonlySet<string> }) {
  return (
    <section aria-labelledby="again">
      <header>
        <h2 id="again">{t('lobby.missed')}</h2>
        <span class="quiet">{t('lobby.missed.help')}</span>
      </header>
      <div class="later">
        {shows.map((show) => (
          <a class="again" key={show.id} href={`/s/${show.id}`}>
            <Pic src={show.lineup[0]?.images[0]} />
            <span class="what">
              <b class="two-lines">{show.title}</b>
              <small class="one-line">
                {show.host.displayName}
                {show.endedAt !== null && ` · ${dayName(show.endedAt, serverNow())}`}
              </small>
            </span>
            {replays.has(show.id) && <Badge icon="play">{r('again')}</Badge>}
          </a>
        ))}
      </div>
    </section>
  )
}
