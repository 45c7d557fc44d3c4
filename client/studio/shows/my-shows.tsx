import { useState } from 'preact/hooks'
import type { Show } from '../../../shared/wire/shows.ts'
import { serverNow } from '../../api/clock.ts'
import { call } from '../../api/http.ts'
import { me } from '../../api/session.ts'
import { t as h } from '../../host/words.ts'
import { Badge } from '../../ui/badge.tsx'
import { Brand } from '../../ui/brand.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { More } from '../../ui/more.tsx'
import { usePage } from '../../ui/page.ts'
import { Pic } from '../../ui/pic.tsx'
import { Empty, Failed, Loading } from '../../ui/states.tsx'
import { at, dayName } from '../../ui/time.ts'
import { useAsked } from '../../ui/use.ts'
import { tellNo } from '../act.ts'
import { t } from '../words.ts'
import { CallOff } from './call-off.tsx'
import { PlanSheet } from './plan.tsx'

type Page = { items: Show[]; nextCursor: string | null }

const pageSize = 50
const picsShown = 4

/** Everything I host or moderate: what is on, what is planned, what is over. */
export function MyShows() {
  usePage(t('mine.title'), 'studio')
  const [planning, setPlanning] = useState(false)
  const asked = useAsked(
    () => call('GET', '/shows', { query: { mine: true, limit: pageSize } }),
    [],
  )
  const [older, setOlder] = useState<Page | null>(null)
  const cursor = older === null ? asked.value?.nextCursor : older.nextCursor
  const shows = asked.value && [...asked.value.items, ...(older?.items ?? [])]
  const showMore = async () => {
    if (cursor == null) return
    const page = await call('GET', '/shows', { query: { mine: true, limit: pageSize, cursor } })
    setOlder({ ...page, items: [...(older?.items ?? []), ...page.items] })
  }
  const again = () => {
    setOlder(null)
    asked.again()
  }
  return (
    <>
      <header class="desk-top">
        <Brand word={t('studio')} />
        <h1 class="one-line">{t('mine.title')}</h1>
        <span class="push row">
          <LinkButton kind="bare" size="desk" icon="tag" href="/shop">
            {t('mine.shop')}
          </LinkButton>
          {shows?.length !== 0 && (
            <Button size="desk" icon="plus" onClick={() => setPlanning(true)}>
              {t('mine.plan')}
            </Button>
          )}
        </span>
      </header>
      <main class="my-shows">
        {asked.refused !== undefined && shows === undefined && (
          <Failed
            title={t('mine.failed')}
            reference={asked.refused.reference}
            retry={asked.again}
          />
        )}
        {asked.refused === undefined && shows === undefined && <Loading rows={4} />}
        {shows?.length === 0 && (
          <Empty icon="calendar" title={t('mine.none')} help={t('mine.none.help')}>
            <Button onClick={() => setPlanning(true)}>{t('mine.plan')}</Button>
          </Empty>
        )}
        {shows?.some(isMine) && <Followers />}
        {shows !== undefined && <Groups shows={shows} onChanged={again} />}
        {cursor != null && <More showMore={showMore} label={t('mine.more')} tell={tellNo} />}
      </main>
      {planning && <PlanSheet onClose={() => setPlanning(false)} />}
    </>
  )
}

const isMine = ({ host }: Show) => host.id === me.value?.account.id

/** How many follow me; leads to my page as they see it. */
function Followers() {
  const id = me.value?.account.id ?? ''
  const { value } = useAsked(() => call('GET', '/hosts/:id', { params: { id } }), [id])
  if (value === undefined) return null
  return (
    <p class="row">
      <LinkButton kind="soft" size="desk" icon="users" href={`/h/${id}`}>
        {h('followers', { n: value.followers })}
      </LinkButton>
    </p>
  )
}

function Groups({ shows, onChanged }: { shows: Show[]; onChanged: () => void }) {
  const of = (...states: Show['status'][]) => shows.filter(({ status }) => states.includes(status))
  const groups = [
    { title: t('mine.now'), shows: of('live', 'interrupted') },
    { title: t('mine.next'), shows: of('scheduled').toSorted(byStart) },
    { title: t('mine.past'), shows: of('ended', 'canceled') },
  ]
  return (
    <>
      {groups.map(
        (group) =>
          group.shows.length > 0 && (
            <section key={group.title} aria-label={group.title}>
              <h2>{group.title}</h2>
              <ul>
                {group.shows.map((show) => (
                  <ShowRow key={show.id} show={show} onChanged={onChanged} />
                ))}
              </ul>
            </section>
          ),
      )}
    </>
  )
}

function byStart(a: Show, b: Show): number {
  return (a.startsAt ?? '9').localeCompare(b.startsAt ?? '9')
}

function ShowRow({ show, onChanged }: { show: Show; onChanged: () => void }) {
  const mine = isMine(show)
  const room = mine ? `/studio/${show.id}` : `/moderate/${show.id}`
  const on = show.status === 'live' || show.status === 'interrupted'
  return (
    <li class="show-row">
      <span class="pics" aria-hidden="true">
        {show.lineup.slice(0, picsShown).map((product) => (
          <Pic key={product.id} src={product.images[0]} gone={show.status === 'ended'} />
        ))}
      </span>
      <span class="what">
        <a class="one-line" href={room}>
          {show.title}
        </a>
        <small class="quiet">
          {when(show)} · {t('mine.products', { n: show.lineup.length })}
          {!mine && <> · {t('mine.by', { name: show.host.displayName })}</>}
        </small>
      </span>
      {show.status === 'live' && (
        <Badge tone="live">{t('mine.watching', { n: show.viewers })}</Badge>
      )}
      {show.status === 'interrupted' && <Badge tone="bad">{t('mine.off')}</Badge>}
      {show.status === 'canceled' && <Badge>{t('mine.canceled')}</Badge>}
      <span class="do">
        <LinkButton href={room} size="desk" kind={on ? 'soft' : 'quiet-btn'}>
          {mine ? t(show.status === 'ended' ? 'mine.report' : 'mine.open') : t('mine.moderate')}
        </LinkButton>
        {mine && show.status === 'scheduled' && <CallOff show={show} onDone={onChanged} />}
      </span>
    </li>
  )
}

function when({ startsAt, startedAt }: Show): string {
  const instant = startedAt ?? startsAt
  if (instant === null) return t('planned')
  return `${dayName(instant, serverNow())} ${at(instant)}`
}
