import { useEffect, useRef, useState } from 'preact/hooks'
import { signedIn } from '../api/session.ts'
import type { PageProps } from '../app.tsx'
import { Awning } from '../ui/brand.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { usePage } from '../ui/page.ts'
import { tellRefused } from '../ui/refusal.ts'
import { ClearSearch, Search } from '../ui/search.tsx'
import { Empty, Failed, Loading } from '../ui/states.tsx'
import { useAsked, useEvery, useRested } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { Later, Missed, Shopfronts } from './fronts.tsx'
import { standReady } from './ready.ts'
import { among, further, isFar, near, reachFor, type Seen, type Street, walk } from './street.ts'
import { StreetTop } from './street-top.tsx'
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
      <StreetTop>
        <Search
          class="find"
          label={t('lobby.find.label')}
          hint={t('lobby.find')}
          value={text}
          onChange={setText}
        />
      </StreetTop>
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

const numberOf = ({ on, later, missed }: Seen) => on.length + later.length + missed.length

const nothingIn = ({ of, more }: Seen) =>
  t(more ? 'lobby.nothing.near' : 'lobby.nothing', { q: of })

const foundIn = (street: Seen) =>
  numberOf(street) === 0 ? nothingIn(street) : t('lobby.found', { n: numberOf(street) })

type FurtherProps = { looking: boolean; further: () => void }
type WindowsProps = FurtherProps & { street: Seen; clear: () => void }

function Windows({ street, clear, ...rest }: WindowsProps) {
  const { of, whole, on, later, missed, followed } = street
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
      {((whole && of === '') || on.length > 0) && <OnNow street={street} />}
      {later.length > 0 && <Later shows={later} followed={followed} />}
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

function OnNow({ street }: { street: Seen }) {
  const { on: shows, later, followed, turn } = street

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
          <p>{t(later.length > 0 ? 'lobby.none.help' : 'lobby.none.at.all')}</p>
          <LinkButton
            kind="paper"
            icon="camera"
            href={signedIn.value ? '/studio' : '/sign-in?back=/studio'}
          >
            {t('lobby.host')}
          </LinkButton>
        </div>
      ) : (
        <Shopfronts shows={shows} followed={followed} turn={turn} />
      )}
    </section>
  )
}
