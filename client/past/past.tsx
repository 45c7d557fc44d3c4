import { useEffect, useState } from 'preact/hooks'
import { serverNow } from '../api/clock.ts'
import { call } from '../api/http.ts'
import { asRefused, type Refused } from '../api/refused.ts'
import { me } from '../api/session.ts'
import type { PageProps } from '../app.tsx'
import { go, query } from '../router.ts'
import { useSignedIn } from '../studio/signed-in.ts'
import { Badge } from '../ui/badge.tsx'
import { Brand } from '../ui/brand.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { usePage } from '../ui/page.ts'
import { Empty, Failed, Loading } from '../ui/states.tsx'
import { atSecond, countdown } from '../ui/time.ts'
import { GoodsThen, PersonThen, TalkThen } from './facts.tsx'
import { type Moment, momentOf } from './moment.ts'
import '../studio/studio.css'
import '../moderate/moderate.css'
import './past.css'
import { statusWords, ViewersScreen } from './screen.tsx'
import { t } from './words.ts'

/** For support: any second of a show, as its viewers had it. */
export function PastPage({ params }: PageProps) {
  const showId = params['showId'] ?? ''
  const path = `/moderate/${showId}/at`
  const ready = useSignedIn(path)
  usePage(t('title'), 'moderate')
  return ready ? <Looking showId={showId} path={path} /> : <Loading />
}

type Asked = { time: string | null; seq: number | null; accountId: string }

function Looking({ showId, path }: { showId: string; path: string }) {
  const [asked, setAsked] = useState<Asked>(() => ({
    time: query.peek().get('time'),
    seq: null,
    accountId: query.peek().get('person') ?? '',
  }))
  const { moment, refused, again } = useMoment(showId, asked)
  const at = moment?.past.at
  // Who comes without a time sees a show that is over in its last second, not the closed window after it.
  const last = asked.time === null && asked.seq === null ? lastSecondOf(moment) : null
  useEffect(() => {
    if (last !== null) setAsked({ ...asked, time: last })
  }, [last])
  useEffect(() => {
    if (at === undefined) return
    const search = new URLSearchParams({ time: at })
    if (asked.accountId !== '') search.set('person', asked.accountId)
    go(`${path}?${search}`, { replace: true })
  }, [at, asked.accountId])
  const noPerson = refused?.code === 'NOT_FOUND' && asked.accountId !== ''
  if (moment === null) return <NoMoment refused={refused} again={again} />
  return (
    <>
      <header class="desk-top">
        <Brand word={t('title')} />
        <h1 class="one-line">{moment.room.show.title}</h1>
        <Badge>{statusWords(moment.room.show.status)}</Badge>
        <span class="push row">
          <WayToReport host={moment.room.show.host.id} showId={showId} />
          <LinkButton
            kind="quiet-btn"
            size="desk"
            icon="shield"
            class="hide-words"
            href={`/moderate/${showId}`}
          >
            <span>{t('desk')}</span>
          </LinkButton>
        </span>
      </header>
      <Slider moment={moment} onAsk={(next) => setAsked({ ...asked, ...next })} />
      <main class="at-second panes">
        <section class="pane">
          <ViewersScreen moment={moment} />
        </section>
        <section class="pane">
          <div class="goods-then" role="region" aria-label={t('goods')} tabIndex={0}>
            <GoodsThen moment={moment} />
          </div>
          <p class="source quieter">{t('source', { seq: moment.past.seq })}</p>
          <h2>{t('person')}</h2>
          <PersonThen
            moment={moment}
            accountId={asked.accountId}
            unknown={noPerson}
            onLook={(accountId) => setAsked({ ...asked, accountId })}
          />
        </section>
        <section class="pane" aria-label={t('talk')}>
          <h2>{t('talk')}</h2>
          <TalkThen past={moment.past} />
        </section>
      </main>
    </>
  )
}

/** For whom there is one: the host, and who runs the house. */
function WayToReport({ host, showId }: { host: string; showId: string }) {
  const account = me.value?.account
  if (account?.id !== host && account?.kind !== 'admin') return null
  return (
    <LinkButton
      kind="quiet-btn"
      size="desk"
      icon="chart"
      class="hide-words"
      href={`/shop/shows/${showId}/report`}
    >
      <span>{t('report')}</span>
    </LinkButton>
  )
}

function lastSecondOf(moment: Moment | null): string | null {
  if (moment?.room.show.status !== 'ended') return null
  const { from, to } = moment.past
  return new Date(Math.max(Date.parse(from), Date.parse(to) - 1_000)).toISOString()
}

type SliderProps = {
  moment: Moment
  onAsk: (next: { time: string | null; seq: number | null }) => void
}

/** By hand, second by second, or from one event of the log to the next. */
function Slider({ moment, onAsk }: SliderProps) {
  const { past, at } = moment
  const from = Date.parse(past.from)
  const to = Math.max(Date.parse(past.to), from)
  const [drawn, setDrawn] = useState<number | null>(null)
  const shown = drawn ?? at
  useEffect(() => setDrawn(null), [past])
  const ask = (ms: number) => {
    const time = new Date(Math.min(Math.max(ms, from), Math.min(to, serverNow()))).toISOString()
    onAsk({ time, seq: null })
  }
  const words = { time: atSecond(shown), into: countdown(Math.floor((shown - from) / 1_000)) }
  return (
    <section class="second-line" aria-label={t('second')}>
      <Button
        size="desk"
        kind="quiet-btn"
        icon="left"
        aria-label={t('earlier')}
        onClick={() => ask(at - 1_000)}
      />
      <Button
        size="desk"
        kind="quiet-btn"
        icon="right"
        aria-label={t('later')}
        onClick={() => ask(at + 1_000)}
      />
      <input
        type="range"
        min={from}
        max={to}
        step={1_000}
        value={shown}
        aria-label={t('second')}
        aria-valuetext={t('second.value', words)}
        onInput={(event) => setDrawn(Number(event.currentTarget.value))}
        onChange={(event) => ask(Number(event.currentTarget.value))}
      />
      <span class="num now">{t('second.value', words)}</span>
      <Button
        size="desk"
        kind="bare"
        onClick={() => onAsk({ time: null, seq: past.seq - 1 })}
        disabled={at <= from}
      >
        {t('event.before')}
      </Button>
      <Button
        size="desk"
        kind="bare"
        onClick={() => onAsk({ time: null, seq: past.seq + 1 })}
        disabled={at >= to}
      >
        {t('event.after')}
      </Button>
    </section>
  )
}

/** The newest question wins; while it is asked, and when it is refused, the moment before stands. */
function useMoment(showId: string, { time, seq, accountId }: Asked) {
  const [moment, setMoment] = useState<Moment | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let current = true
    const point =
      seq === null ? { time: time ?? new Date(serverNow() - 1_000).toISOString() } : { seq }
    const query = { ...point, ...(accountId !== '' && { accountId }) }
    call('GET', '/shows/:id/at', { params: { id: showId }, query }).then(
      (past) => {
        if (!current) return
        setRefused(null)
        setMoment(momentOf(past))
      },
      (thrown: unknown) => current && setRefused(asRefused(thrown)),
    )
    return () => {
      current = false
    }
  }, [showId, time, seq, accountId, turn])
  return { moment, refused, again: () => setTurn((n) => n + 1) }
}

function NoMoment({ refused, again }: { refused: Refused | null; again: () => void }) {
  if (refused === null) {
    return (
      <main class="desk-state">
        <Loading />
      </main>
    )
  }
  const known = { FORBIDDEN: t('not.staff'), SHOW_NOT_LIVE: t('not.begun') }
  const title = known[refused.code as keyof typeof known]
  return (
    <main class="desk-state">
      <Brand word={t('title')} />
      {title === undefined ? (
        <Failed alone title={t('failed')} reference={refused.reference} retry={again} />
      ) : (
        <Empty alone icon="lock" title={title} />
      )}
    </main>
  )
}
