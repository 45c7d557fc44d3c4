import { useState } from 'preact/hooks'
import type { HostCard } from '../../shared/wire/following.ts'
import type { Show } from '../../shared/wire/shows.ts'
import { call } from '../api/http.ts'
import { followed } from '../api/kept.ts'
import { me } from '../api/session.ts'
import type { PageProps } from '../app.tsx'
import { Earn } from '../earnings/earn.tsx'
import { Later, Missed, Shopfronts } from '../lobby/fronts.tsx'
import { StreetTop } from '../lobby/street-top.tsx'
import { Awning } from '../ui/brand.tsx'
import { LinkButton } from '../ui/button.tsx'
import { More } from '../ui/more.tsx'
import { usePage } from '../ui/page.ts'
import { Face } from '../ui/pic.tsx'
import { Empty, Failed, Loading } from '../ui/states.tsx'
import { useAsked, useEvery } from '../ui/use.ts'
import { t as common } from '../ui/words.ts'
import { Follow } from './follow.tsx'
import { HostLine } from './seller-sheet.tsx'
import { t } from './words.ts'
import './host.css'

const windowsMax = 24
/** Who looks on sees new windows, and these as they look by then. */
const lookEveryMs = 60_000

/** A host's own window: who they are, what is on, what is to come, what was. */
export function HostPage({ params }: PageProps) {
  const id = params['id'] ?? ''
  const isMine = followed.ids.value?.has(id)
  const card = useAsked(() => call('GET', '/hosts/:id', { params: { id } }), [id, isMine])
  usePage(card.value?.displayName ?? '')
  return (
    <>
      <StreetTop />
      <main class="street">
        {card.value !== undefined ? (
          <Known host={card.value} />
        ) : card.refused === undefined ? (
          <Loading />
        ) : card.refused.code === 'NOT_FOUND' || card.refused.code === 'VALIDATION' ? (
          <Empty icon="users" title={t('none')} help={t('none.help')} alone>
            <LinkButton href="/">{common('to.lobby')}</LinkButton>
          </Empty>
        ) : (
          <Failed title={t('failed')} reference={card.refused.reference} retry={card.again} alone />
        )}
      </main>
    </>
  )
}

function Known({ host }: { host: HostCard }) {
  const { id, displayName } = host
  return (
    <>
      <section class="host-head">
        <Awning />
        <Face name={displayName} />
        <h1>{displayName}</h1>
        <HostLine {...host} />
        <Follow host={host} back={`/h/${id}`} />
        <Earn host={host} />
        {me.value?.account.id === id && <p class="quiet">{t('you')}</p>}
      </section>
      <Windows host={host} />
    </>
  )
}

function Windows({ host }: { host: HostCard }) {
  const [turn, setTurn] = useState(0)
  const { value, refused, again } = useAsked(() => windowsOf(host.id), [host.id, turn])
  useEvery(lookEveryMs, () => setTurn((n) => n + 1))
  if (value === undefined) {
    if (refused === undefined) return <Loading />
    return <Failed title={common('lobby.failed')} reference={refused.reference} retry={again} />
  }
  const { on, later, missed, replays, older } = value
  return (
    <>
      {on.length > 0 ? (
        <section aria-labelledby="now">
          <header>
            <h2 id="now">{common('lobby.now')}</h2>
          </header>
          <Shopfronts shows={on} turn={turn} />
        </section>
      ) : (
        <NothingOn host={host} isNext={later.length > 0} />
      )}
      {later.length > 0 && <Later shows={later} />}
      {missed.length > 0 && (
        <Past first={missed} older={older} hostId={host.id} replays={replays} />
      )}
    </>
  )
}

function NothingOn({ host, isNext }: { host: HostCard; isNext: boolean }) {
  const words = { host: host.displayName }
  const isMe = me.value?.account.id === host.id
  const help = followed.ids.value?.has(host.id) ? 'nothing.on.followed' : 'nothing.on.help'
  const mine = isNext ? {} : { help: t('nothing.on.plain') }
  return (
    <Empty
      icon="moon"
      title={t('nothing.on', words)}
      {...(isMe ? mine : { help: t(help, words) })}
    />
  )
}

type PastProps = { first: Show[]; older: string | null; hostId: string; replays: Set<string> }

function Past({ first, older, hostId, replays }: PastProps) {
  const [more, setMore] = useState<{ items: Show[]; nextCursor: string | null }>()
  const cursor = more === undefined ? older : more.nextCursor
  const showMore = async () => {
    if (cursor === null) return
    const query = { host: hostId, status: 'ended', limit: windowsMax, cursor } as const
    const page = await call('GET', '/shows', { query })
    setMore({ ...page, items: [...(more?.items ?? []), ...page.items] })
  }
  return (
    <>
      <Missed shows={[...first, ...(more?.items ?? [])]} replays={replays} />
      {cursor !== null && <More showMore={showMore} label={t('more')} />}
    </>
  )
}

async function windowsOf(host: string) {
  const ask = (status: Show['status']) =>
    call('GET', '/shows', { query: { host, status, limit: windowsMax } })
  const [live, away, later, ended, replays] = await Promise.all([
    ask('live'),
    ask('interrupted'),
    call('GET', '/shows', { query: { host, order: 'soonest', limit: windowsMax } }),
    ask('ended'),
    call('GET', '/replays', { query: { host, limit: 100 } }),
  ])
  return {
    on: [...live.items, ...away.items],
    later: later.items,
    missed: ended.items,
    older: ended.nextCursor,
    replays: new Set(replays.items.map(({ id }) => id)),
  }
}
