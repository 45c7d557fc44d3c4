import { useState } from 'preact/hooks'
import { reasonMax } from '../../shared/limits.ts'
import { showPath } from '../api/framed.ts'
import type { Room } from '../api/room.ts'
import { signedIn } from '../api/session.ts'
import { command, line } from '../api/socket.ts'
import { SellerSheet } from '../host/seller-sheet.tsx'
import type { Pay } from '../pay/pay.ts'
import type { ReplayDeck } from '../replay/deck.ts'
import { MomentsSheet } from '../replay/moments.tsx'
import { t as r } from '../replay/words.ts'
import { go } from '../router.ts'
import { Button } from '../ui/button.tsx'
import { Composer } from '../ui/composer.tsx'
import { Field, Switch } from '../ui/field.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { keysOn, switchKeys } from '../ui/key-switch.ts'
import { tellRefused } from '../ui/refusal.ts'
import { Sheet } from '../ui/sheet.tsx'
import { Failed } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { useAsked, useBusy, useWide } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { BagSheet } from './bag-sheet.tsx'
import { BidSheet } from './bid-sheet.tsx'
import { DrawCheck } from './draw-check.tsx'
import type { Playing } from './player.ts'
import { ProductSheet } from './product-sheet.tsx'
import { linkTo, share } from './share.ts'
import { ListSheet } from './shelf.tsx'
import type { Talk } from './talk.ts'
import { FullTalk } from './talk-list.tsx'
import { tellMuted } from './tell.ts'
import { type About, signInPath, type Visit } from './visit.ts'

type Props = {
  visit: Visit
  room: Room
  talk: Talk
  pay: Pay
  player: Playing | null
  replay: ReplayDeck | null
}

/** The one sheet that is open, if any. */
export function OpenSheets(props: Props) {
  const { visit, room, pay } = props
  const open = visit.sheet.value
  if (open === null) return null
  switch (open.name) {
    case 'list':
      return <ListSheet visit={visit} room={room} />
    case 'product':
      return <ProductSheet {...props} productId={open.productId} />
    case 'bag':
      return <BagSheet visit={visit} room={room} pay={pay} />
    case 'chat':
      return <ChatSheet {...props} />
    case 'more':
      return <MoreSheet {...props} />
    case 'phone':
      return <PhoneSheet visit={visit} />
    case 'moments':
      if (props.replay === null) return null
      return (
        <MomentsSheet deck={props.replay} room={room} onClose={() => (visit.sheet.value = null)} />
      )
    case 'seller':
      return (
        <SellerSheet
          host={room.show.host}
          back={showPath(visit.showId)}
          onClose={() => (visit.sheet.value = null)}
        />
      )
    case 'bid':
      return <BidSheet visit={visit} room={room} />
    case 'draw':
      return <DrawCheck visit={visit} giveaway={open.giveaway} />
    case 'report':
      return <ReportSheet visit={visit} about={open.about} what={open.what} />
  }
}

function ChatSheet(props: Props) {
  const { visit, talk } = props
  return (
    <Sheet
      title={t('chat')}
      class="chat-sheet"
      onClose={() => (visit.sheet.value = null)}
      footer={
        props.replay === null ? (
          <Say visit={visit} talk={talk} room={props.room} />
        ) : (
          <p class="talk-over">{r('talk.over')}</p>
        )
      }
    >
      <FullTalk {...props} />
    </Sheet>
  )
}

/** The field where one writes, in whatever state this person is. */
export function Say({
  visit,
  talk,
  glass = false,
}: {
  visit: Visit
  talk: Talk
  room: Room
  glass?: boolean
}) {
  const offline = line.value === 'down'
  const mutedUntil = visit.store.you.value?.mutedUntil ?? null
  const reason = visit.store.mutedFor.value
  return (
    <Composer
      state={offline ? 'offline' : signedIn.value ? 'open' : 'signed-out'}
      mutedUntil={mutedUntil}
      mutedFor={reason}
      onMuted={() => tellMuted({ mutedUntil, reason })}
      waitUntil={talk.waitUntil.value}
      glass={glass}
      signInPath={signInPath(visit.showId)}
      onSend={talk.send}
    />
  )
}

function MoreSheet(props: Props) {
  const { visit, room } = props
  const host = room.show.host
  const wide = useWide()
  return (
    <Sheet title={t('more.title')} class="more-sheet" onClose={() => (visit.sheet.value = null)}>
      <ul class="menu">
        {!wide && <PhoneRows {...props} />}
        <MenuRow icon="receipt" label={t('orders.mine')} run={() => go('/orders')} />
        <MenuRow
          icon="info"
          label={t('report.host', { host: host.displayName })}
          run={() =>
            (visit.sheet.value = {
              name: 'report',
              about: { accountId: host.id },
              what: host.displayName,
            })
          }
        />
        <SwitchRow
          icon="mute"
          label={t('quiet.reader')}
          on={visit.quiet.value}
          onChange={(on) => (visit.quiet.value = on)}
        />
        {wide && (
          <SwitchRow
            icon="question"
            label={t('account.keys')}
            on={keysOn.value}
            onChange={switchKeys}
          />
        )}
      </ul>
    </Sheet>
  )
}

type SwitchRowProps = {
  icon: IconName
  label: string
  on: boolean
  onChange: (on: boolean) => void
}

function SwitchRow({ icon, label, on, onChange }: SwitchRowProps) {
  return (
    <li class="menu-row">
      <Icon name={icon} />
      <span>{label}</span>
      <Switch label={label} on={on} onChange={onChange} />
    </li>
  )
}

/** What stands on the page itself where there is room for it. */
function PhoneRows({ visit, room, player }: Props) {
  return (
    <>
      <MenuRow
        icon="tag"
        label={t('list.title')}
        run={() => (visit.sheet.value = { name: 'list' })}
      />
      <MenuRow icon="chat" label={t('chat')} run={() => (visit.sheet.value = { name: 'chat' })} />
      {player !== null && (
        <MenuRow
          icon={player.muted.value ? 'sound' : 'sound-off'}
          label={player.muted.value ? t('sound.on') : t('sound.off')}
          run={() => {
            player.toggleSound()
            visit.sheet.value = null
          }}
        />
      )}
      {player !== null && document.pictureInPictureEnabled && (
        <MenuRow icon="pip" label={t('pip')} run={player.smallPlayer} />
      )}
      <MenuRow icon="share" label={t('share')} run={() => void share(room)} />
    </>
  )
}

function MenuRow({ icon, label, run }: { icon: IconName; label: string; run: () => void }) {
  return (
    <li>
      <button type="button" class="menu-row" onClick={run}>
        <Icon name={icon} />
        <span>{label}</span>
      </button>
    </li>
  )
}

/** The show's address as a code to point a phone at. */
function PhoneSheet({ visit }: { visit: Visit }) {
  const { value, refused, again } = useAsked(() => codeOf(visit.showId), [visit.showId])
  return (
    <Sheet title={t('on.phone')} onClose={() => (visit.sheet.value = null)}>
      {refused !== undefined && <Failed title={t('on.phone.failed')} retry={again} />}
      {value !== undefined && (
        <div class="done">
          <div
            class="qr"
            role="img"
            aria-label={value.url}
            dangerouslySetInnerHTML={{ __html: value.drawn }}
          />
          <p class="quiet">{t('on.phone.help')}</p>
        </div>
      )}
    </Sheet>
  )
}

async function codeOf(showId: string): Promise<{ url: string; drawn: string }> {
  const [url, { renderSVG }] = await Promise.all([linkTo(showId), import('uqr')])
  return { url, drawn: renderSVG(url, { border: 2 }) }
}

function ReportSheet({ visit, about, what }: { visit: Visit; about: About; what: string }) {
  const [reason, setReason] = useState('')
  const [busy, run] = useBusy(tellRefused)
  const close = () => (visit.sheet.value = null)
  const send = () => {
    if (reason.trim() === '') return
    run(async () => {
      await command('report:send', { showId: visit.showId, about, reason: reason.trim() })
      close()
      toast({ text: t('report.done'), tone: 'ok' })
    })
  }
  return (
    <Sheet
      title={t('report.title')}
      onClose={close}
      footer={
        signedIn.value ? (
          <Button wide busy={busy && t('sending')} disabled={reason.trim() === ''} onClick={send}>
            {t('report.send')}
          </Button>
        ) : (
          <Button wide onClick={() => go(signInPath(visit.showId))}>
            {t('report.sign.in')}
          </Button>
        )
      }
    >
      <section class="form-step">
        <p class="plate">
          <bdi class="two-lines">{what}</bdi>
        </p>
        <Field
          label={t('report.reason')}
          value={reason}
          maxLength={reasonMax}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </section>
    </Sheet>
  )
}
