import { me } from '../api/session.ts'
import type { PageProps } from '../app.tsx'
import { useSignedIn } from '../studio/signed-in.ts'
import { Brand } from '../ui/brand.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { usePage } from '../ui/page.ts'
import { Empty, Loading } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { useOpen } from '../ui/use.ts'
import { Board } from './board.tsx'
import { openDesk } from './desk.ts'
import '../studio/studio.css'
import './moderate.css'
import { t } from './words.ts'

/** The moderators' desk of one show. */
export function Page({ params }: PageProps) {
  const showId = params['showId'] ?? ''
  const ready = useSignedIn(`/moderate/${showId}`)
  if (!ready) return <Loading />
  return <Moderate showId={showId} />
}

function Moderate({ showId }: { showId: string }) {
  const desk = useOpen(
    () => openDesk(showId, { first: t('reason.insult'), pull: t('pull.checking') }),
    [showId, me.value?.account.id],
  )
  const room = desk?.store.room.value ?? null
  usePage(room === null ? t('moderate') : `${room.show.title} · ${t('moderate')}`, 'moderate')
  if (desk === null) return <Waiting />
  const at = desk.store.presence.value.at
  if (at === 'absent') {
    return (
      <Alone title={t('not.found')} help={t('not.found.help')}>
        <LinkButton href="/">{t('to.lobby')}</LinkButton>
      </Alone>
    )
  }
  const you = desk.store.you.value
  if (at !== 'banned' && (room === null || you === null)) return <Waiting />
  const staff = ['host', 'moderator', 'admin'].includes(you?.role ?? '')
  if (at === 'banned' || !staff || room === null) return <NotStaff showId={showId} />
  return <Board desk={desk} room={room} />
}

function Waiting() {
  return (
    <main class="desk-state">
      <Loading />
    </main>
  )
}

function Alone(props: { title: string; help: string; children: preact.ComponentChildren }) {
  return (
    <main class="desk-state">
      <Brand word={t('moderate')} />
      <Empty alone icon="shield" title={props.title} help={props.help}>
        {props.children}
      </Empty>
    </main>
  )
}

/** With the number that the host needs to put somebody on the list. */
function NotStaff({ showId }: { showId: string }) {
  const id = me.value?.account.id ?? ''
  const copy = () => {
    navigator.clipboard.writeText(id).then(
      () => toast({ text: t('copied'), tone: 'ok' }),
      () => undefined, // the number stands on the page
    )
  }
  return (
    <Alone title={t('not.staff')} help={t('not.staff.help')}>
      <p>{t('not.staff.number')}</p>
      <p class="row">
        <code>{id}</code>
        <Button kind="bare" size="desk" onClick={copy}>
          {t('copy')}
        </Button>
      </p>
      <LinkButton href={`/s/${showId}`}>{t('watch.it')}</LinkButton>
    </Alone>
  )
}
