import type { ComponentChildren, RefObject } from 'preact'
import { framed } from '../api/framed.ts'
import { call } from '../api/http.ts'
import { Scrub } from '../replay/scrub.tsx'
import { t as r } from '../replay/words.ts'
import { Awning } from '../ui/brand.tsx'
import { Button } from '../ui/button.tsx'
import { Hearts } from '../ui/hearts.tsx'
import { Icon } from '../ui/icon.tsx'
import { useAsked } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import {
  FactBadges,
  FindingShow,
  HostAway,
  LineLost,
  Over,
  PictureChip,
  Scheduled,
} from './notices.tsx'
import { isDim, type StageProps } from './phone.tsx'
import { Picture, SoundTap } from './picture.tsx'
import { PinnedTicket } from './pinned.tsx'
import type { Playing } from './player.ts'
import { GlassTalk } from './talk-list.tsx'

type WindowProps = StageProps & {
  /** The side panes are away; talk and ticket lie in the picture as on a phone. */
  theatre: boolean
  frame: RefObject<HTMLDivElement | null>
}

/** The lit window in the middle: the picture in its own ratio, the player under the pointer. */
export function Window({ theatre, frame, ...props }: WindowProps) {
  const { visit, room, player, lostSince, drawn } = props
  const { status } = room.show
  const dim = isDim(props)
  const still = lostSince !== null || status === 'interrupted'
  return (
    <section class="window" data-zone="glass" aria-label={t('picture')}>
      <Awning />
      <div
        class="frame stage-frame"
        ref={frame}
        data-lit={dim ? 'no' : still ? 'still' : undefined}
      >
        <Picture room={room} player={player} />
        {drawn && <OverPicture {...props} dim={dim} theatre={theatre} frame={frame} />}
      </div>
      {drawn && <Neighbours showId={visit.showId} />}
    </section>
  )
}

function OverPicture({ dim, theatre, frame, ...props }: WindowProps & { dim: boolean }) {
  const { visit, room, talk, player, replay, lostSince, lostLong } = props
  const { status } = room.show
  return (
    <>
      <div class="scrim top" />
      <div class="scrim bottom" />
      <FactBadges room={room} replay={replay !== null} />
      <div class="frame-strip">
        {lostSince !== null && <LineLost />}
        {lostSince === null && status === 'interrupted' && <HostAway room={room} />}
        {player !== null && lostSince === null && <PictureChip room={room} player={player} />}
      </div>
      {status === 'scheduled' && <Scheduled visit={visit} room={room} />}
      {dim && status !== 'scheduled' && <Over visit={visit} room={room} offered={props.offered} />}
      {!dim && lostLong && <FindingShow visit={visit} />}
      {player !== null && <SoundTap player={player} />}
      {!dim && replay === null && (
        <Hearts total={room.reactions['heart'] ?? 0} {...visit.ownHearts.value} />
      )}
      {theatre && !dim && !lostLong && <GlassTalk visit={visit} talk={talk} room={room} />}
      {theatre && !dim && (
        <PinnedTicket visit={visit} room={room} replay={replay} offlineSince={lostSince} />
      )}
      {replay !== null && (
        <div class="scrub-dock">
          <Scrub deck={replay} room={room} />
        </div>
      )}
      {player !== null && (
        <Controls player={player} frame={frame.current}>
          {replay !== null && (
            <Button
              kind="glass"
              icon="pin"
              onClick={() => (visit.sheet.value = { name: 'moments' })}
            >
              {r('moments')}
            </Button>
          )}
        </Controls>
      )}
    </>
  )
}

type ControlsProps = { player: Playing; frame: HTMLElement | null; children: ComponentChildren }

function Controls({ player, frame, children }: ControlsProps) {
  const off = player.muted.value
  return (
    <div class="controls" role="group" aria-label={t('player')}>
      <Button
        kind="glass"
        icon={off ? 'sound-off' : 'sound'}
        aria-label={`${off ? t('sound.on') : t('sound.off')} (M)`}
        onClick={player.toggleSound}
      />
      {player.lines.value > 0 && (
        <span class="btn glass quality" role="status">
          {t('quality.auto')} <span class="num">{player.lines.value}p</span>
        </span>
      )}
      {children}
      <span class="push" />
      <Button
        kind="glass"
        icon={player.paused.value ? 'play' : 'pause'}
        aria-label={`${player.paused.value ? t('play') : t('pause')} (K)`}
        onClick={player.togglePlay}
      />
      {document.pictureInPictureEnabled && (
        <Button
          kind="glass"
          icon="pip"
          aria-label={`${t('pip')} (I)`}
          onClick={player.smallPlayer}
        />
      )}
      {document.fullscreenEnabled && (
        <Button
          kind="glass"
          icon="full"
          aria-label={`${t('full')} (F)`}
          onClick={() => toggleFull(frame)}
        />
      )}
    </div>
  )
}

export function toggleFull(frame: HTMLElement | null): void {
  if (document.fullscreenElement !== null) void document.exitFullscreen()
  else frame?.requestFullscreen().catch(() => undefined) // the browser says no: it stays as it is
}

/** The lit windows beside this one. */
function Neighbours({ showId }: { showId: string }) {
  const live = useAsked(() => call('GET', '/shows', { query: { status: 'live' } }), [showId])
  const shows = live.value?.items ?? []
  const at = shows.findIndex((show) => show.id === showId)
  if (framed || shows.length < 2 || at < 0) return null
  const previous = shows[(at - 1 + shows.length) % shows.length]
  const next = shows[(at + 1) % shows.length]
  return (
    <>
      {previous !== undefined && shows.length > 2 && (
        <a
          class="btn glass only step prev"
          href={`/s/${previous.id}`}
          aria-label={t('show.previous', { title: previous.title })}
        >
          <Icon name="left" turn />
        </a>
      )}
      {next !== undefined && (
        <a
          class="btn glass only step next"
          href={`/s/${next.id}`}
          aria-label={t('show.next', { title: next.title })}
        >
          <Icon name="right" turn />
        </a>
      )}
    </>
  )
}
