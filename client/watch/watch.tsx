import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { framed, wanted } from '../api/framed.ts'
import type { Room } from '../api/room.ts'
import type { PageProps } from '../app.tsx'
import type { Pay } from '../pay/pay.ts'
import { useReplay } from '../replay/use-replay.ts'
import { Brand } from '../ui/brand.tsx'
import { LinkButton } from '../ui/button.tsx'
import { usePage } from '../ui/page.ts'
import { useWide } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { AuctionNews } from './auction-news.tsx'
import { NoAnswerYet, Removed, SignedOutElsewhere } from './dark-stage.tsx'
import { DeskStage } from './desk.tsx'
import { SpokenGiveaway } from './giveaway.tsx'
import { openOuter } from './outer.ts'
import { PhoneStage } from './phone.tsx'
import { Player } from './player.ts'
import { OpenSheets } from './sheets.tsx'
import { SpokenPoll } from './shown-poll.tsx'
import { SpokenClock } from './spoken.tsx'
import type { Visit } from './visit.ts'
import { enter, leave, type Opened } from './way-in.ts'
import './watch-page.css'

/** A line that is lost for less than this is a blink, and needs no words. */
const blinkMs = 3_000

/** The rest of the page waits no longer than this for a picture that is agreed on. */
const pictureFirstMs = 150

/** The watch page: enters the show, and shows it as this screen can. */
export function WatchPage({ params }: PageProps) {
  const showId = params['showId'] ?? ''
  const [opened, setOpened] = useState<Opened | null>(null)
  // Before the page is drawn: what comes from the server is waited for longest.
  useLayoutEffect(() => {
    const made = enter(showId)
    setOpened(made)
    return () => leave(made)
  }, [showId])
  return opened === null ? <Joining /> : <Visited {...opened} />
}

type InRoom = Opened & { room: Room; wide: boolean }

function Visited(opened: Opened) {
  const { visit } = opened
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
  if (room === null || (isOn(room) && !opened.ahead.agreed.value)) return <Joining />
  return <Entered {...opened} room={room} wide={wide} />
}

function Entered({ visit, talk, pay, ahead, room: now, wide }: InRoom) {
  const live = usePlayer(visit.showId, ahead, isOn(now))
  const drawn = usePictureFirst(live, isOn(now))
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
  const stage = { visit, room, talk, player, replay, offered, lostSince, lostLong, drawn }
  return (
    <>
      {wide ? <DeskStage {...stage} /> : <PhoneStage {...stage} />}
      {drawn && (
        <>
          <OpenSheets {...{ visit, room, talk, pay, player, replay }} />
          <SpokenClock room={room} />
          {replay === null && <AuctionNews visit={visit} room={room} />}
          {replay === null && <SpokenPoll room={room} />}
          {replay === null && <SpokenGiveaway visit={visit} room={room} />}
        </>
      )}
    </>
  )
}

const isOn = ({ show }: Room) => show.status === 'live' || show.status === 'interrupted'

/** A picture is asked for while the show is on, also when the show begins under one's eyes. */
function usePlayer(showId: string, ahead: Opened['ahead'], on: boolean): Player | null {
  const [player, setPlayer] = useState<Player | null>(null)
  useLayoutEffect(() => {
    if (!on) return ahead.drop()
    const made = ahead.take() ?? new Player(showId)
    setPlayer(made)
    return () => {
      made.close()
      setPlayer(null)
    }
  }, [showId, ahead, on])
  return player
}

/**
 * Whether the whole page is drawn by now. That keeps the browser busy for as long as a picture takes to
 * connect, and its first frame waited for it: the picture alone comes first, wherever one is on its way
 * (a click to the first frame took 0.82 to 0.84 of the time before).
 */
function usePictureFirst(live: Player | null, on: boolean): boolean {
  const [waited, setWaited] = useState(false)
  const drawn = useRef(false)
  useEffect(() => {
    const timer = setTimeout(() => setWaited(true), pictureFirstMs)
    return () => clearTimeout(timer)
  }, [])
  const isComing = live === null || (live.picture.value === 'playing' && !live.shown.value)
  drawn.current ||= waited || !on || !isComing
  return drawn.current
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

/** The dark window, before anything is known; whoever waits for long is told so. */
function Joining() {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), blinkMs)
    return () => clearTimeout(timer)
  }, [])
  if (late) return <NoAnswerYet />
  return (
    <main class="stage" data-zone="glass" aria-busy="true">
      <h1 class="sr">{t('loading')}</h1>
    </main>
  )
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
