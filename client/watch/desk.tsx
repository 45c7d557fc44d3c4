import { useEffect, useRef, useState } from 'preact/hooks'
import { call } from '../api/http.ts'
import { me, signedIn } from '../api/session.ts'
import { Badge } from '../ui/badge.tsx'
import { Awning, Brand } from '../ui/brand.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { HoldClock } from '../ui/clocks.tsx'
import { Hearts } from '../ui/hearts.tsx'
import { Icon } from '../ui/icon.tsx'
import { brief, money, plus, times } from '../ui/money.ts'
import { Face } from '../ui/pic.tsx'
import { useAsked, useWide } from '../ui/use.ts'
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
import type { StageProps } from './phone.tsx'
import { Picture, SoundTap } from './picture.tsx'
import { PinnedTicket } from './pinned.tsx'
import type { Player } from './player.ts'
import { Say, share } from './sheets.tsx'
import { LineUp } from './shelf.tsx'
import { FullTalk } from './talk-list.tsx'
import { countOf, earliestEnd, signInPath, type Visit } from './visit.ts'

/** Three zones: the goods, the window, the talk. */
export function DeskStage(props: StageProps) {
  const { visit, room, lostSince } = props
  const [talkShown, setTalkShown] = useState(true)
  const roomy = useWide('(min-width: 80rem)')
  return (
    <>
      <DeskTop {...props} talkShown={talkShown} showTalk={() => setTalkShown(true)} />
      <main class="zones panes" data-talk={talkShown ? undefined : 'off'}>
        <aside class="shelf" aria-label={t('list.title')}>
          {room.pinned !== null && (
            <div class="now-shown">
              <PinnedTicket visit={visit} room={room} big={roomy} offlineSince={lostSince} />
            </div>
          )}
          <LineUp visit={visit} room={room} />
        </aside>
        <Window {...props} />
        {talkShown && <SideTalk {...props} hide={() => setTalkShown(false)} />}
      </main>
    </>
  )
}

type TopProps = StageProps & { talkShown: boolean; showTalk: () => void }

function DeskTop({ visit, room, talkShown, showTalk }: TopProps) {
  const { host, title } = room.show
  const lines = visit.bag.value
  const until = earliestEnd(lines)
  const first = lines[0]
  const sum =
    first === undefined
      ? null
      : lines
          .filter((line) => line.price.currency === first.price.currency)
          .map((line) => times(line.price, line.quantity))
          .reduce(plus)
  return (
    <header class="desk-top">
      <Brand />
      <Face name={host.displayName} small />
      <div class="show-title">
        <h1 class="one-line">{title}</h1>
        <small class="quiet one-line">{host.displayName}</small>
      </div>
      <span class="push" />
      {!talkShown && (
        <Button
          kind="bare"
          size="desk"
          icon="chat"
          aria-label={t('chat.show')}
          onClick={showTalk}
        />
      )}
      <Button
        kind="bare"
        size="desk"
        icon="share"
        aria-label={t('share')}
        onClick={() => void share(room)}
      />
      {until !== null && <HoldClock until={until} label={t('held.many', { n: countOf(lines) })} />}
      <Button
        kind={sum === null ? 'quiet-btn' : 'fill'}
        size="desk"
        icon="bag"
        onClick={() => (visit.sheet.value = { name: 'bag' })}
      >
        <span>
          {t('bag')} {sum !== null && <span class="num">{money(sum)}</span>}
        </span>
      </Button>
      <Account showId={visit.showId} />
    </header>
  )
}

function Account({ showId }: { showId: string }) {
  if (!signedIn.value) {
    return (
      <LinkButton kind="quiet-btn" size="desk" href={signInPath(showId)}>
        {t('sign.in')}
      </LinkButton>
    )
  }
  const name = me.value?.account.displayName ?? ''
  return (
    <a href="/account" class="account-link" aria-label={`${t('account')}, ${name}`}>
      <Face name={name} small />
    </a>
  )
}

function Window(props: StageProps) {
  const { visit, room, player, lostSince, lostLong } = props
  const frame = useRef<HTMLDivElement>(null)
  const { status } = room.show
  const dim = status === 'scheduled' || status === 'ended' || status === 'canceled'
  const still = lostSince !== null || status === 'interrupted'
  useKeys(player, frame)
  return (
    <section class="window" data-zone="glass" aria-label={t('picture')}>
      <Awning />
      <div
        class="frame stage-frame"
        ref={frame}
        data-lit={dim ? 'no' : still ? 'still' : undefined}
      >
        <Picture room={room} player={player} />
        <div class="scrim top" />
        <div class="scrim bottom" />
        <FactBadges room={room} />
        <div class="frame-strip">
          {lostSince !== null && <LineLost />}
          {lostSince === null && status === 'interrupted' && <HostAway room={room} />}
          {player !== null && lostSince === null && <PictureChip room={room} player={player} />}
        </div>
        {status === 'scheduled' && <Scheduled visit={visit} room={room} />}
        {(status === 'ended' || status === 'canceled') && <Over visit={visit} room={room} />}
        {!dim && lostLong && <FindingShow visit={visit} />}
        {player !== null && <SoundTap player={player} />}
        {!dim && <Hearts total={room.reactions['heart'] ?? 0} own={visit.ownHearts.value} />}
        {player !== null && <Controls player={player} frame={frame} />}
      </div>
      <Neighbours showId={visit.showId} />
    </section>
  )
}

function Controls({ player, frame }: { player: Player; frame: { current: HTMLElement | null } }) {
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
          onClick={() => toggleFull(frame.current)}
        />
      )}
    </div>
  )
}

function toggleFull(frame: HTMLElement | null): void {
  if (document.fullscreenElement !== null) void document.exitFullscreen()
  else frame?.requestFullscreen().catch(() => undefined) // the browser says no: it stays as it is
}

/** K, M, I, F as players have them; ignored while somebody writes. */
function useKeys(player: Player | null, frame: { current: HTMLElement | null }): void {
  useEffect(() => {
    if (player === null) return
    const acts: Record<string, () => void> = {
      k: player.togglePlay,
      m: player.toggleSound,
      i: player.smallPlayer,
      f: () => toggleFull(frame.current),
    }
    const onKey = (event: KeyboardEvent) => {
      const { target } = event
      const writing =
        target instanceof Element && target.closest('input, textarea, select') !== null
      if (writing || event.metaKey || event.ctrlKey || event.altKey) return
      acts[event.key.toLowerCase()]?.()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [player])
}

/** The lit windows beside this one. */
function Neighbours({ showId }: { showId: string }) {
  const live = useAsked(() => call('GET', '/shows', { query: { status: 'live' } }), [showId])
  const shows = live.value?.items ?? []
  const at = shows.findIndex((show) => show.id === showId)
  if (shows.length < 2 || at < 0) return null
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

function SideTalk({ visit, room, talk, hide }: StageProps & { hide: () => void }) {
  const { slowSeconds } = room.show
  const hearts = (room.reactions['heart'] ?? 0) + 0
  return (
    <aside class="pane side-talk" aria-label={t('chat')}>
      <header>
        <h2>{t('chat')}</h2>
        {slowSeconds > 0 && (
          <Badge tone="time" icon="clock">
            {t('slow', { n: slowSeconds })}
          </Badge>
        )}
        <Button
          kind="bare"
          size="desk"
          icon="close"
          class="push"
          aria-label={t('chat.hide')}
          onClick={hide}
        />
      </header>
      <PinnedMessage text={room.pinnedMessage?.text} />
      <FullTalk visit={visit} talk={talk} room={room} />
      <div class="compose rule">
        <Say visit={visit} talk={talk} room={room} />
        <Button
          kind="quiet-btn"
          icon="heart"
          class="hearts-btn"
          aria-label={t('heart.label', { n: hearts })}
          onClick={visit.heart}
        >
          <span class="num">{brief(hearts)}</span>
        </Button>
      </div>
    </aside>
  )
}

export function PinnedMessage({ text }: { text: string | undefined }) {
  if (text === undefined) return null
  return (
    <p class="plate">
      <Icon name="pin" />
      <bdi>{text}</bdi>
    </p>
  )
}
