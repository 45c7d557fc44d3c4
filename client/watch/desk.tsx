import { useRef, useState } from 'preact/hooks'
import { showPath } from '../api/framed.ts'
import { me, signedIn } from '../api/session.ts'
import { Follow } from '../host/follow.tsx'
import { t as h } from '../host/words.ts'
import { t as r } from '../replay/words.ts'
import { Badge } from '../ui/badge.tsx'
import { Brand } from '../ui/brand.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { HoldClock } from '../ui/clocks.tsx'
import { Icon } from '../ui/icon.tsx'
import { brief, money } from '../ui/money.ts'
import { Face } from '../ui/pic.tsx'
import { useWide } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { useLot } from './auction.tsx'
import { useWatchKeys } from './keys.ts'
import type { StageProps } from './phone.tsx'
import { PinnedTicket } from './pinned.tsx'
import { Plates } from './plates.tsx'
import { share } from './share.ts'
import { Say } from './sheets.tsx'
import { LineUp } from './shelf.tsx'
import { FullTalk } from './talk-list.tsx'
import { countOf, earliestEnd, oneCurrency, signInPath, sumOf } from './visit.ts'
import { toggleFull, Window } from './window.tsx'

/** Three zones: the goods, the window, the talk. */
export function DeskStage(props: StageProps) {
  const { visit, room, player, replay, lostSince, drawn } = props
  const [talkShown, setTalkShown] = useState(true)
  const [theatre, setTheatre] = useState(false)
  const roomy = useWide('(min-width: 80rem)')
  const frame = useRef<HTMLDivElement>(null)
  useWatchKeys({
    k: () => player?.togglePlay(),
    m: () => player?.toggleSound(),
    i: () => player?.smallPlayer(),
    f: () => toggleFull(frame.current),
    t: () => setTheatre(!theatre),
    b: () => (visit.sheet.value = { name: 'bag' }),
    ...(replay !== null && {
      arrowleft: () => replay.player.step(-1),
      arrowright: () => replay.player.step(1),
    }),
  })
  const lot = useLot(room)
  return (
    <>
      {drawn ? (
        <DeskTop {...props} talkShown={talkShown} showTalk={() => setTalkShown(true)} />
      ) : (
        <header class="desk-top" />
      )}
      <main
        class="zones panes"
        data-talk={talkShown ? undefined : 'off'}
        data-theatre={theatre || undefined}
      >
        <aside class="shelf" aria-label={t('list.title')}>
          {drawn && (room.pinned !== null || lot !== null) && (
            <div class="now-shown">
              <PinnedTicket
                visit={visit}
                room={room}
                big={roomy}
                replay={replay}
                offlineSince={lostSince}
              />
            </div>
          )}
          {drawn && (
            <Plates
              visit={visit}
              room={room}
              replay={replay !== null}
              offline={lostSince !== null}
            />
          )}
          {drawn && <LineUp visit={visit} room={room} />}
        </aside>
        <Window {...props} theatre={theatre} frame={frame} />
        {talkShown && drawn && <SideTalk {...props} hide={() => setTalkShown(false)} />}
        {talkShown && !drawn && <aside class="pane side-talk" />}
      </main>
    </>
  )
}

type TopProps = StageProps & { talkShown: boolean; showTalk: () => void }

function DeskTop({ visit, room, talkShown, showTalk }: TopProps) {
  const { host, title } = room.show
  const lines = visit.bag.value
  const until = earliestEnd(lines)
  const sum = sumOf(oneCurrency(lines))
  return (
    <header class="desk-top">
      <Brand />
      <Face name={host.displayName} small />
      <div class="show-title">
        <h1 class="one-line">{title}</h1>
        <button
          type="button"
          class="quiet one-line"
          aria-label={h('about', { host: host.displayName })}
          onClick={() => (visit.sheet.value = { name: 'seller' })}
        >
          {host.displayName}
        </button>
      </div>
      <Follow host={host} back={showPath(visit.showId)} desk />
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
      <Button
        kind="bare"
        size="desk"
        icon="qr"
        aria-label={t('on.phone')}
        onClick={() => (visit.sheet.value = { name: 'phone' })}
      />
      <Button
        kind="bare"
        size="desk"
        icon="more"
        aria-label={t('more')}
        onClick={() => (visit.sheet.value = { name: 'more' })}
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
    <a href="/account" class="account-link">
      <Face name={name} small />
      <span class="sr">{`${t('account')}, ${name}`}</span>
    </a>
  )
}

function SideTalk({ visit, room, talk, replay, hide }: StageProps & { hide: () => void }) {
  const { slowSeconds, status } = room.show
  const over = replay !== null || status === 'ended' || status === 'canceled'
  const hearts = room.reactions['heart'] ?? 0
  return (
    <aside class="pane side-talk" aria-label={t('chat')}>
      <header>
        <h2>{t('chat')}</h2>
        {slowSeconds > 0 && !over && (
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
      {over ? (
        <div class="compose rule">
          <p class="talk-over">{r('talk.over')}</p>
        </div>
      ) : (
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
      )}
    </aside>
  )
}

function PinnedMessage({ text }: { text: string | undefined }) {
  if (text === undefined) return null
  return (
    <p class="plate">
      <Icon name="pin" />
      <bdi>{text}</bdi>
    </p>
  )
}
