import { useEffect, useState } from 'preact/hooks'
import type { Show } from '../../../shared/wire/shows.ts'
import { serverNow } from '../../api/clock.ts'
import { asRefused, type Refused } from '../../api/refused.ts'
import { Badge } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Pic } from '../../ui/pic.tsx'
import { Empty, Loading } from '../../ui/states.tsx'
import { at, dayName, span } from '../../ui/time.ts'
import { refreshShows, shows } from '../desk.ts'
import { type GoodsWord, g } from '../goods/words-goods.ts'
import { Desk, NotHere, PageTop } from '../shell.tsx'

/** Pictures of the line-up that a row shows. */
const picturesMax = 4

/** My shows: on now, to come, and over. */
export function ShowsPage() {
  return (
    <Desk at="shows" title={g('shows')}>
      <PageTop title={g('shows')}>
        {shows.value?.length !== 0 && (
          <LinkButton size="desk" icon="plus" href="/shop/shows/new">
            {g('show.plan')}
          </LinkButton>
        )}
      </PageTop>
      <div class="strip-place" />
      <div class="desk-list rule">
        <List />
      </div>
    </Desk>
  )
}

function List() {
  const [refused, setRefused] = useState<Refused>()
  const load = () => {
    setRefused(undefined)
    refreshShows().catch((thrown: unknown) => setRefused(asRefused(thrown)))
  }
  useEffect(load, [])
  const all = shows.value
  if (all === null) {
    if (refused === undefined) return <Loading rows={4} />
    return <NotHere refused={refused} title={g('shows.failed')} again={load} />
  }
  if (all.length === 0) {
    return (
      <Empty icon="play" title={g('shows.none')} help={g('shows.none.help')}>
        <LinkButton size="desk" icon="plus" href="/shop/shows/new">
          {g('show.plan')}
        </LinkButton>
      </Empty>
    )
  }
  const groups: [GoodsWord, Show[]][] = [
    ['shows.now', all.filter(({ status }) => status === 'live' || status === 'interrupted')],
    ['shows.later', all.filter(({ status }) => status === 'scheduled').sort(soonest)],
    ['shows.over', all.filter(({ status }) => status === 'ended' || status === 'canceled')],
  ]
  return groups.map(
    ([word, some]) =>
      some.length > 0 && (
        <section key={word} aria-label={g(word)}>
          <h2>{g(word)}</h2>
          <ul class="show-rows">
            {some.map((show) => (
              <ShowRow key={show.id} show={show} />
            ))}
          </ul>
        </section>
      ),
  )
}

function soonest(a: Show, b: Show): number {
  const when = ({ startsAt }: Show) => (startsAt === null ? Infinity : Date.parse(startsAt))
  const [first, second] = [when(a), when(b)]
  return first === second ? 0 : first - second
}

function ShowRow({ show }: { show: Show }) {
  const { id, status, title, lineup } = show
  const on = status === 'live' || status === 'interrupted'
  const over = status === 'ended' || status === 'canceled'
  return (
    <li class="show-row">
      <span class="pics" aria-hidden="true">
        {lineup.slice(0, picturesMax).map((product) => (
          <Pic key={product.id} src={product.images[0]} gone={over} />
        ))}
      </span>
      <span class="what">
        <b>{title}</b>
        <small class="quiet">
          {whenOf(show)} · {g('show.pieces', { n: lineup.length })}
          {on && <> · {g('show.viewers', { n: show.viewers })}</>}
        </small>
      </span>
      <StatusBadge status={status} />
      <span class="row acts">
        {over ? (
          <>
            <LinkButton kind="bare" size="desk" href={`/shop?show=${id}`}>
              {g('show.orders')}
            </LinkButton>
            {status === 'ended' && (
              <LinkButton
                kind="quiet-btn"
                size="desk"
                icon="chart"
                href={`/shop/shows/${id}/report`}
              >
                {g('show.report')}
              </LinkButton>
            )}
          </>
        ) : (
          <>
            {on && (
              <LinkButton kind="bare" size="desk" href={`/shop/shows/${id}/report`}>
                {g('show.report')}
              </LinkButton>
            )}
            <LinkButton kind="bare" size="desk" href={`/shop/shows/${id}`}>
              {g('show.change')}
            </LinkButton>
            <LinkButton kind="bare" size="desk" href={`/s/${id}`}>
              {g('show.watch')}
            </LinkButton>
            <LinkButton kind={on ? 'fill' : 'quiet-btn'} size="desk" href={`/studio/${id}`}>
              {g('show.studio')}
            </LinkButton>
          </>
        )}
      </span>
    </li>
  )
}

function StatusBadge({ status }: { status: Show['status'] }) {
  if (status === 'live') return <Badge tone="live">{g('show.live')}</Badge>
  if (status === 'interrupted') return <Badge tone="bad">{g('show.interrupted')}</Badge>
  if (status === 'scheduled') return <Badge tone="info">{g('show.scheduled')}</Badge>
  return <Badge>{g(`show.${status}`)}</Badge>
}

function whenOf({ startsAt, startedAt, endedAt }: Show): string {
  const instant = startedAt ?? startsAt
  if (instant === null) return g('show.no.time')
  const when = `${dayName(instant, serverNow())}, ${at(instant)}`
  if (startedAt === null || endedAt === null) return when
  const ran = span(Date.parse(endedAt) - Date.parse(startedAt))
  return `${when} · ${g('show.ran', { span: ran })}`
}
