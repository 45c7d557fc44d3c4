import { useEffect, useRef, useState } from 'preact/hooks'
import { framed, wanted } from '../api/framed.ts'
import type { Room } from '../api/room.ts'
import type { PageProps } from '../app.tsx'
import { Pay } from '../pay/pay.ts'
import { useReplay } from '../replay/use-replay.ts'
import { Brand } from '../ui/brand.tsx'
import { LinkButton } from '../ui/button.tsx'
import { usePage } from '../ui/page.ts'
import { useWide } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { DeskStage } from './desk.tsx'
import { Removed, SignedOutElsewhere } from './notices.tsx'
import { openOuter } from './outer.ts'
import { PhoneStage } from './phone.tsx'
import { Player } from './player.ts'
import { OpenSheets } from './sheets.tsx'
import { SpokenClock } from './spoken.tsx'
import { openTalk, type Talk } from './talk.ts'
import { Visit } from './visit.ts'
import './watch-page.css'

/** A line that is lost for less than this is a blink, and needs no words. */
const blinkMs = 3_000

type Opened = { visit: Visit; talk: Talk; pay: Pay }

/** The watch page: enters the show, and shows it as this screen can. */
export function WatchPage({ params }: PageProps) {
  const showId = params['showId'] ?? ''
  const [opened, setOpened] = useState<Opened | null>(null)
  useEffect(() => {
    const visit = new Visit(showId)
    const made = { visit, talk: openTalk(visit.store), pay: new Pay() }
    setOpened(made)
    return () => {
      made.pay.close()
      visit.close()
    }
  }, [showId])
  return opened === null ? <Joining /> : <Visited {...opened} />
}

function Visited({ visit, talk, pay }: Opened) {
  const room = visit.store.room.value
  const wide = useWide()
  const presence = visit.store.presence.value.at
  usePage(
    room?.show.title ?? '',
    wide && room !== null && presence !== 'banned' ? 'watch desk' : 'watch',
  )
  if (presence === 'absent') return <Absent />
  if (presence === 'banned') return <Removed reason={visit.store.bannedFor.value} />
  if (presence === 'signed-out') return <SignedOutElsewhere />
  if (room === null) return <Joining />
  return <Entered visit={visit} talk={talk} pay={pay} room={room} wide={wide} />
}

function Entered({ visit, talk, pay, room: now, wide }: Opened & { room: Room; wide: boolean }) {
  const { status } = now.show
  const live = usePlayer(visit.showId, status === 'live' || status === 'interrupted')
  const offered = useReplay(now.show)
  const replay = offered.at === 'on' ? offered.deck : null
  const player = replay?.player ?? live
  const room = replay?.shown(now) ?? now
  const lost = visit.store.presence.value.at === 'lost'
  const [lostSince, lostLong] = useLost(lost)
  const ordered = pay.order.value
  useOuter(visit, pay, live)
  useEffect(() => {
    for (const { holdId } of ordered?.items ?? []) visit.store.dropHold(holdId)
  }, [ordered?.id])
  const stage = { visit, room, talk, player, replay, offered, lostSince, lostLong }
  return (
    <>
      {wide ? <DeskStage {...stage} /> : <PhoneStage {...stage} />}
      <OpenSheets visit={visit} room={room} talk={talk} pay={pay} player={player} replay={replay} />
      <SpokenClock room={room} />
    </>
  )
}

/** A picture is asked for while the show is on, also when the show begins under one's eyes. */
function usePlayer(showId: string, on: boolean): Player | null {
  const [player, setPlayer] = useState<Player | null>(null)
  useEffect(() => {
    if (!on) return
    const made = new Player(showId)
    setPlayer(made)
    return () => {
      made.close()
      setPlayer(null)
    }
  }, [showId, on])
  return player
}

/** In a page of somebody else's: what happens is told there, and what it asks for is done. */
function useOuter(visit: Visit, pay: Pay, player: Player | null): void {
  const now = useRef(player)
  now.current = player
  useEffect(() => {
    if (!framed) return
    const mute = (muted: boolean) => {
      if (now.current !== null && now.current.muted.value !== muted) now.current.toggleSound()
    }
    return openOuter({ visit, pay, mute })
  }, [visit, pay])
  useEffect(() => {
    if (player !== null && wanted.get('muted') === 'false') player.muted.value = false
  }, [player])
}

function useLost(lost: boolean): [since: number | null, long: boolean] {
  const [since, setSince] = useState<number | null>(null)
  const [long, setLong] = useState(false)
  useEffect(() => {
    setSince(lost ? Date.now() : null)
    setLong(false)
    if (!lost) return
    const timer = setTimeout(() => setLong(true), blinkMs)
    return () => clearTimeout(timer)
  }, [lost])
  return [since, long]
}

/** The dark window, before anything is known. */
function Joining() {
  return <main class="stage" data-zone="glass" aria-busy="true" aria-label={t('loading')} />
}

function Absent() {
  usePage(t('not.open'))
  return (
    <main class="state full-page">
      <Brand />
      <h1>{t('not.open')}</h1>
      <p>{t('not.open.help')}</p>
      <LinkButton href="/">{t('to.lobby')}</LinkButton>
    </main>
  )
}
