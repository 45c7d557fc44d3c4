import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { showPath } from '../api/framed.ts'
import type { Room } from '../api/room.ts'
import { Follow } from '../host/follow.tsx'
import { t as h } from '../host/words.ts'
import type { ReplayDeck } from '../replay/deck.ts'
import { Scrub } from '../replay/scrub.tsx'
import type { Offered } from '../replay/use-replay.ts'
import { t as r } from '../replay/words.ts'
import { Tally } from '../ui/badge.tsx'
import { Awning } from '../ui/brand.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { Hearts } from '../ui/hearts.tsx'
import { Face } from '../ui/pic.tsx'
import { Portal } from '../ui/portal.tsx'
import { t } from '../ui/words.ts'
import {
  FactBadges,
  FindingShow,
  HostAway,
  LineLost,
  Over,
  PictureChip,
  Scheduled,
  ShelfRow,
} from './notices.tsx'
import { Picture, SoundButton, SoundTap } from './picture.tsx'
import { PinnedTicket } from './pinned.tsx'
import { Plates } from './plates.tsx'
import type { Playing } from './player.ts'
import { share } from './share.ts'
import { Say } from './sheets.tsx'
import type { Talk } from './talk.ts'
import { GlassTalk } from './talk-list.tsx'
import { countOf, type Visit } from './visit.ts'

export type StageProps = {
  visit: Visit
  room: Room
  talk: Talk
  player: Playing | null
  /** The show is over and watched again; `room` is the window as it was, its goods as they are. */
  replay: ReplayDeck | null
  /** How it is with the replay, for a window that is over. */
  offered: Offered
  /** Since when the line is lost; null while it is there. */
  lostSince: number | null
  /** The line is lost for longer than a blink. */
  lostLong: boolean
  /** Not yet: the picture alone, on its way. */
  drawn: boolean
}

/** The whole show on a phone: the picture under all, talk on the glass, the ticket on paper. */
export function PhoneStage(props: StageProps) {
  const { visit, room, player, drawn } = props
  const stage = useRef<HTMLElement>(null)
  const { status } = room.show
  const dim = isDim(props)
  const still = props.lostSince !== null || status === 'interrupted'
  const open = visit.sheet.value !== null
  useToastPlace(stage)
  useKeyboardRoom(stage)
  return (
    <>
      <main
        ref={stage}
        class="stage"
        data-zone="glass"
        data-lit={dim ? 'no' : still ? 'still' : undefined}
        data-sheet={open ? 'open' : undefined}
      >
        <Picture room={room} player={player} />
        {drawn && <OverPicture {...props} dim={dim} />}
      </main>
      {open && player !== null && (
        <Portal>
          <div class="over-sheet" data-zone="glass">
            <SoundButton player={player} />
          </div>
        </Portal>
      )}
    </>
  )
}

function OverPicture({ dim, ...props }: StageProps & { dim: boolean }) {
  const { visit, room, replay, lostSince } = props
  const away = room.show.status === 'interrupted'
  return (
    <>
      {dim && <Awning />}
      <div class="scrim top" />
      {!dim && <div class="scrim bottom" />}
      <TopRow visit={visit} room={room} hung={dim}>
        {lostSince !== null ? (
          <LineLost />
        ) : away ? (
          <HostAway room={room} />
        ) : (
          <FactBadges room={room} replay={replay !== null} />
        )}
      </TopRow>
      {dim ? <DimBody {...props} /> : <LitBody {...props} />}
    </>
  )
}

/** Nothing runs in this window: it is too early, or over and not watched again. */
export function isDim({ room, replay }: Pick<StageProps, 'room' | 'replay'>): boolean {
  const { status } = room.show
  return status === 'scheduled' || status === 'canceled' || (status === 'ended' && replay === null)
}

function DimBody({ visit, room, offered }: StageProps) {
  return (
    <>
      {room.show.status === 'scheduled' ? (
        <Scheduled visit={visit} room={room} />
      ) : (
        <Over visit={visit} room={room} offered={offered} />
      )}
      <ShelfRow visit={visit} room={room} />
    </>
  )
}

function LitBody(props: StageProps) {
  const { visit, room, talk, player, replay, lostSince, lostLong } = props
  return (
    <>
      {player !== null && lostSince === null && <PictureChip room={room} player={player} />}
      {player !== null && <SoundTap player={player} />}
      {replay === null && (
        <Hearts total={room.reactions['heart'] ?? 0} {...visit.ownHearts.value} />
      )}
      {lostLong ? (
        <FindingShow visit={visit} />
      ) : (
        <GlassTalk visit={visit} talk={talk} room={room} />
      )}
      <Plates visit={visit} room={room} replay={replay !== null} offline={lostSince !== null} />
      <PinnedTicket visit={visit} room={room} replay={replay} offlineSince={lostSince} />
      {replay === null ? <Bar {...props} /> : <ReplayBar {...props} replay={replay} />}
    </>
  )
}

type TopProps = { visit: Visit; room: Room; hung: boolean; children: ComponentChildren }

/** Whose show it is and the ways out, in every state; under it the facts, or what is wrong. */
function TopRow({ visit, room, hung, children }: TopProps) {
  const { host, title } = room.show
  return (
    <header class={hung ? 'top hung' : 'top'}>
      <div class="seller">
        <Face name={host.displayName} />
        <div class="who">
          <b class="one-line">{host.displayName}</b>
          <h1 class="one-line">{title}</h1>
        </div>
        <button
          type="button"
          class="whole"
          aria-label={h('about', { host: host.displayName })}
          onClick={() => (visit.sheet.value = { name: 'seller' })}
        />
      </div>
      <Follow host={host} back={showPath(visit.showId)} glass />
      <Button
        kind="glass"
        icon="share"
        class="push"
        aria-label={t('share')}
        onClick={() => void share(room)}
      />
      <LinkButton kind="glass" icon="close" href="/" aria-label={t('leave')} />
      {children}
    </header>
  )
}

function ReplayBar({ visit, room, replay }: StageProps & { replay: ReplayDeck }) {
  const { player } = replay
  return (
    <nav class="bar replay-bar" aria-label={t('bar')}>
      <Scrub deck={replay} room={room} />
      <BagButton visit={visit} />
      <Button
        kind="glass"
        icon={player.paused.value ? 'play' : 'pause'}
        aria-label={player.paused.value ? t('play') : t('pause')}
        onClick={player.togglePlay}
      />
      <Button
        kind="glass"
        icon="pin"
        class="push"
        aria-label={r('moments')}
        onClick={() => (visit.sheet.value = { name: 'moments' })}
      />
      <Button
        kind="glass"
        icon="more"
        aria-label={t('more')}
        onClick={() => (visit.sheet.value = { name: 'more' })}
      />
    </nav>
  )
}

function Bar({ visit, room, talk, lostSince }: StageProps) {
  return (
    <nav class="bar" aria-label={t('bar')}>
      <BagButton visit={visit} />
      <Say visit={visit} talk={talk} room={room} glass />
      <Button
        kind="glass"
        icon="heart"
        disabled={lostSince !== null}
        aria-label={t('heart')}
        onClick={visit.heart}
      />
      <Button
        kind="glass"
        icon="more"
        aria-label={t('more')}
        onClick={() => (visit.sheet.value = { name: 'more' })}
      />
    </nav>
  )
}

function BagButton({ visit }: { visit: Visit }) {
  const n = countOf(visit.bag.value)
  return (
    <Button
      kind="paper"
      class="only bag"
      aria-label={n === 0 ? t('bag.none') : t('bag.label', { n })}
      icon="bag"
      onClick={() => (visit.sheet.value = { name: 'bag' })}
    >
      {n > 0 ? <Tally n={n} /> : undefined}
    </Button>
  )
}

/** Toasts stand above the ticket: they never cover what one buys with. */
function useToastPlace(stage: { current: HTMLElement | null }): void {
  useLayoutEffect(() => {
    const node = stage.current
    const top = node?.querySelector(
      ':scope > .plates:not(:empty), :scope > .ticket, :scope > .shelf-row, :scope > .bar',
    )
    if (!node || !top) return
    if (!(top instanceof HTMLElement)) return
    const px = node.offsetHeight - top.offsetTop + 8
    document.documentElement.style.setProperty('--toast-end', `${Math.round(px)}px`)
  })
  useEffect(() => () => void document.documentElement.style.removeProperty('--toast-end'), [])
}

/** A keyboard takes most of a phone: the stage gets what is left, and the ticket folds. */
function useKeyboardRoom(stage: { current: HTMLElement | null }): void {
  useEffect(() => {
    const view = window.visualViewport
    if (!view) return
    const fit = () => {
      const writing = document.activeElement instanceof HTMLInputElement
      const small = view.height < screen.height * 0.62 && view.width < 640 && writing
      if (stage.current === null) return
      if (small) stage.current.dataset['typing'] = ''
      else delete stage.current.dataset['typing']
      const shrunk = small && view.height < innerHeight - 40
      stage.current.style.blockSize = shrunk ? `${view.height}px` : ''
    }
    view.addEventListener('resize', fit)
    return () => view.removeEventListener('resize', fit)
  }, [])
}
