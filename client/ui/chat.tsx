import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'
import { t } from './words.ts'

export type Speaker = { name: string; role: 'guest' | 'viewer' | 'moderator' | 'host' | 'admin' }

/** One message: the name, then the words. Text is text, whatever it contains. */
export function ChatLine(props: {
  speaker: Speaker
  own?: boolean
  /** Grey until the server has it. */
  sending?: boolean
  children: string
}) {
  const { speaker, own = false, sending = false, children } = props
  const cls = ['line', own && 'own', sending && 'sending'].filter(Boolean).join(' ')
  return (
    <p class={cls}>
      <Who speaker={speaker} own={own} />
      <bdi>{children}</bdi>
    </p>
  )
}

function Who({ speaker, own = false }: { speaker: Speaker; own?: boolean }) {
  const staff = speaker.role === 'moderator' || speaker.role === 'admin'
  return (
    <span class="who">
      {staff && <Icon name="shield-full" />}
      {staff && <span class="sr">{t('moderator')} </span>}
      <bdi>{own ? t('you') : speaker.name}</bdi>{' '}
      {speaker.role === 'host' && <span class="badge host">{t('host')}</span>}
    </span>
  )
}

/** What the show itself says: a sale opened, units sold, a mode changed. */
export function ChatNote({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return (
    <p class="line note">
      <Icon name={icon} />
      <span>{children}</span>
    </p>
  )
}

/** The same sentence for everybody, the writer too. */
export function ChatRemoved() {
  return <p class="line removed">{t('msg.removed')}</p>
}
