import { useEffect, useRef, useState } from 'preact/hooks'
import type { Show } from '../../shared/wire/shows.ts'
import { serverNow } from '../api/clock.ts'
import { me, signedIn } from '../api/session.ts'
import type { PageProps } from '../app.tsx'
import { t as r } from '../replay/words.ts'
import { Badge } from '../ui/badge.tsx'
import { Awning, Brand } from '../ui/brand.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { count, money } from '../ui/money.ts'
import { usePage } from '../ui/page.ts'
import { Face, Pic } from '../ui/pic.tsx'
import { tellRefused } from '../ui/refusal.ts'
import { Remind } from '../ui/remind.tsx'
import { ClearSearch, Search } from '../ui/search.tsx'
import { Empty, Failed, Loading } from '../ui/states.tsx'
import { at, dayName, zoneCity } from '../ui/time.ts'
import { useAsked, useEvery, useRested } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { saveCalendar } from '../watch/calendar.ts'
import { point, press, standReady, turnAway } from './ready.ts'
import { among, further, isFar, near, reachFor, type Seen, type Street, walk } from './street.ts'
import './lobby-page.css'

/** Who looks on sees new windows, and these as they look by then. */
const walkEveryMs = 60_000

/** The lobby is a street: lit windows are live, dim ones open later. */
export function LobbyPage({ prepare }: PageProps) {
  usePage(t('lobby.title'))
  const [text, setText] = useState('')
  const { shown, lit, failed, again, ...rest } = useStreet(text.trim())
  useEffect(() => (lit === undefined ? undefined : standReady(lit, prepare)), [lit])
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // The button that looked further may have gone with the empty street.
    if (shown && isFar(shown) && document.activeElement === document.body) {
      heading.current?.focus({ preventScroll: true })
    }
  }, [shown?.stretches])
  return (
    <>
      <StreetTop text={text} onText={setText} />
      <main class="street">
        <h1 class="sr" ref={heading} tabIndex={-1}>
          {t('lobby.title')}
        </h1>
        <p class="sr" role="status">
          {shown?.whole && shown.of !== '' && foundIn(shown)}
        </p>
        {failed !== undefined ? (
          <Failed title={t('lobby.failed')} reference={failed.reference} retry={again} />
        ) : shown === undefined ? (
          <Loading>
            <div class="windows">
              {[0, 1, 2, 3].map((i) => (
                <div key={i} class="ghost window-ghost" />
              ))}
            </div>
          </Loading>
        ) : (
          <Windows street={shown} clear={() => setText('')} {...rest} />
        )}
      </main>
    </>
  )
}

/** What of the street is known to fit the words, and the server's answer once they rest. */
function useStreet(text: string) {
  const wanted = useRested(text)
  const seen = useRef<Street | undefined>(undefined)
  /** The street before it was searched. */
  const whole = useRef<Street | undefined>(undefined)
  const [reach, setReach] = useState(near)
  const stretches = reachFor(wanted, reach)
  const { value, refused, again } = useAsked(
    () => walk(wanted, wanted === '' ? whole.current : seen.current, stretches),
    [wanted, stretches],
  )
  seen.current = value
  if (value?.of === '') whole.current = value
  // Who looked far back for something is not made to look as far every minute.
  useEvery(walkEveryMs, () => isFar({ stretches }) || again())
  const answered = value?.of === wanted
  const short = answered && value.stretches < stretches
  useEffect(() => {
    if (short && refused !== undefined) tellRefused(refused)
  }, [refused])
  // What was found for other words says nothing of these.
  const known = value === undefined || text.includes(value.of) ? value : (whole.current ?? value)
  return {
    shown: known && among(known, text),
    lit: (whole.current ?? value)?.on[0]?.id,
    failed: answered ? undefined : refused,
    again,
    looking: short && refused === undefined,
    further() {
      if (value === undefined) return
      setReach(further(value))
      again() // also where the same was refused before
    },
  }
}

function StreetTop({ text, onText }: { text: string; onText: (text: string) => void }) {
  const name = me.value?.account.displayName ?? ''
  return (
    <header class="street-top">
      <Brand />
      <Search
        class="find"
        label={t('lobby.find.label')}
        hint={t('lobby.find')}
        value={text}
        onChange={onText}
      />
      <LinkButton kind="bare" size="desk" icon="receipt" class="push" href="/orders">
        {t('orders')}
      </LinkButton>
      {signedIn.value ? (
        <>
          <LinkButton kind="quiet-btn" size="desk" icon="camera" href="/studio">
            {t('studio')}
          </LinkButton>
          <a class="account-link" href="/account">
            <Face name={name} small />
            <span class="sr">{`${t('account')}, ${name}`}</span>
          </a>
        </>
      ) : (
        <LinkButton kind="quiet-btn" size="desk" href="/sign-in">
          {t('sign.in')}
        </LinkButton>
      )}
    </header>
  )
}

const numberOf = ({ on, later, missed }: Seen) => on.length + later.length + missed.length

const nothingIn = ({ of, more }: Seen) =>
  t(more ? 'lobby.nothing.near' : 'lobby.nothing', { q: of })

const foundIn = (street: Seen) =>
  numberOf(street) === 0 ? nothingIn(street) : t('lobby.found', { n: numberOf(street) })

type FurtherProps = { looking: boolean; further: () => void }
type WindowsProps = FurtherProps & { street: Seen; clear: () => void }

function Windows({ street, clear, ...rest }: WindowsProps) {
  const { of, whole, on, later, missed } = street
  const more = whole && street.more
  const nothing = numberOf(street) === 0
  if (nothing && !whole) return <Loading />
  if (nothing && of !== '') {
    return (
      <Empty icon="filter" title={nothingIn(street)}>
        <span class="row">
          {more && <Further {...rest} />}
          <ClearSearch clear={clear} />
        </span>
      </Empty>
    )
  }
  return (
    <>
      {((whole && of === '') || on.length > 0) && (
        <OnNow shows={on} anyLater={later.length > 0} turn={street.turn} />
      )}
      {later.length > 0 && <Later shows={later} />}
      {missed.length > 0 && <Missed shows={missed} replays={street.replays} />}
      {more && (
        <p class="further">
          <Further {...rest} />
        </p>
      )}
    </>
  )
}

function Further({ looking, further }: FurtherProps) {
  return (
    <Button kind="quiet-btn" size="desk" busy={looking && t('loading')} onClick={further}>
      {t('lobby.further')}
    </Button>
  )
}

function OnNow({ shows, anyLater, turn }: { shows: Show[]; anyLater: boolean; turn: number }) {
  return (
    <section aria-labelledby="now">
      <header>
        <h2 id="now">{t('lobby.now')}</h2>
        {shows.length > 0 && <span class="quiet">{t('lobby.lit', { n: shows.length })}</span>}
      </header>
      {shows.length === 0 ? (
        <div class="dark-street">
          <Awning />
          <h3>{t('lobby.none')}</h3>
          <p>{t(anyLater ? 'lobby.none.help' : 'lobby.none.at.all')}</p>
          <LinkButton
            kind="paper"
            icon="camera"
            href={signedIn.value ? '/studio' : '/sign-in?back=/studio'}
          >
            {t('lobby.host')}
          </LinkButton>
        </div>
      ) : (
        <div class="windows" data-few={shows.length < 3 || undefined}>
          {shows.map((show) => (
            <Shopfront key={show.id} show={show} turn={turn} />
          ))}
        </div>
      )}
    </section>
  )
}

/** Four cloths for the awnings; a shop keeps its own. */
const cloths = ['#0e5a46', '#33495a', '#a8493a', '#6b3a4e']

function clothOf(hostId: string): string {
  const sum = [...hostId].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0)
  return cloths[sum % cloths.length] ?? '#0e5a46'
}

function Shopfront({ show, turn }: { show: Show; turn: number }) {
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
        <small class="one-line">{show.host.displayName}</small>
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

function Later({ shows }: { shows: Show[] }) {
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
              <small class="one-line">{show.host.displayName}</small>
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

function Missed({ shows, replays }: { shows: Show[]; replays: ReadonlySet<string> }) {
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
