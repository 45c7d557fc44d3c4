import { me } from '../api/session.ts'
import { Brand } from '../ui/brand.tsx'
import { LinkButton } from '../ui/button.tsx'
import { usePage } from '../ui/page.ts'
import { Empty, Loading } from '../ui/states.tsx'
import { useOpen } from '../ui/use.ts'
import { Before } from './air/before.tsx'
import { EndAsk } from './air/end.tsx'
import { OnAir } from './air/on-air.tsx'
import { Over } from './air/over.tsx'
import { type Desk, openDesk } from './desk.ts'
import { KeysAsk } from './keys.tsx'
import { AddSheet } from './lineup/add.tsx'
import { AuctionSheet } from './lineup/auction.tsx'
import { CodeSheet } from './lineup/code.tsx'
import { GiveawaySheet } from './lineup/giveaway.tsx'
import { PollSheet } from './lineup/poll.tsx'
import { StaffSheet } from './shows/moderators.tsx'
import { ShareSheet } from './shows/share.tsx'
import { SourceAsk } from './source/source-ask.tsx'
import { t } from './words.ts'

/** One show's desk: before, on the air, after. */
export function Studio({ showId }: { showId: string }) {
  const desk = useOpen(() => openDesk(showId), [showId, me.value?.account.id])
  const title = desk?.store.room.value?.show.title ?? t('studio')
  usePage(title === t('studio') ? title : `${title} · ${t('studio')}`, 'studio')
  if (desk === null) return <Waiting />
  const { presence, room, you } = desk.store
  const at = presence.value.at
  if (at === 'absent') return <NotHere title={t('not.found')} help={t('not.found.help')} />
  const now = room.value
  const who = you.value
  if (now === null || who === null) return <Waiting />
  const role = who.role
  if (role !== 'host' || at === 'banned') return <NotHost showId={showId} role={role} />
  const { status } = now.show
  const over = status === 'ended' || status === 'canceled'
  return (
    <>
      {over && <Over desk={desk} room={now} />}
      {status === 'scheduled' && <Before desk={desk} room={now} />}
      {(status === 'live' || status === 'interrupted') && <OnAir desk={desk} room={now} />}
      <Layers desk={desk} />
    </>
  )
}

function Layers({ desk }: { desk: Desk }) {
  const room = desk.store.room.value
  const close = () => (desk.sheet.value = null)
  if (room === null) return null
  if (desk.auctionOf.value !== null) {
    return (
      <AuctionSheet
        key={desk.auctionOf.value}
        desk={desk}
        room={room}
        productId={desk.auctionOf.value}
      />
    )
  }
  if (desk.giveawayOf.value !== null) {
    return <GiveawaySheet desk={desk} room={room} productId={desk.giveawayOf.value} />
  }
  switch (desk.sheet.value) {
    case 'share':
      return <ShareSheet showId={desk.showId} title={room.show.title} onClose={close} />
    case 'moderators':
      return <StaffSheet desk={desk} room={room} onClose={close} />
    case 'add':
      return <AddSheet desk={desk} room={room} onClose={close} />
    case 'code':
      return <CodeSheet desk={desk} room={room} onClose={close} />
    case 'poll':
      return <PollSheet showId={desk.showId} onClose={close} />
    case 'end':
      return <EndAsk desk={desk} room={room} onClose={close} />
    case 'keys':
      return <KeysAsk onClose={close} />
    case 'source':
      return <SourceAsk desk={desk} onClose={close} />
    case null:
      return null
  }
}

function Waiting() {
  return (
    <main class="desk-state">
      <Loading />
    </main>
  )
}

function NotHere(props: { title: string; help: string }) {
  return (
    <main class="desk-state">
      <Brand word={t('studio')} />
      <Empty alone icon="info" title={props.title} help={props.help}>
        <LinkButton href="/studio">{t('to.mine')}</LinkButton>
      </Empty>
    </main>
  )
}

function NotHost({ showId, role }: { showId: string; role: string }) {
  const staff = role === 'moderator' || role === 'admin'
  return (
    <main class="desk-state">
      <Brand word={t('studio')} />
      <Empty alone icon="lock" title={t('not.host')} help={t('not.host.help')}>
        {staff && <LinkButton href={`/moderate/${showId}`}>{t('moderate')}</LinkButton>}
        <LinkButton kind={staff ? 'quiet-btn' : 'fill'} href={`/s/${showId}`}>
          {t('not.host.watch')}
        </LinkButton>
      </Empty>
    </main>
  )
}
