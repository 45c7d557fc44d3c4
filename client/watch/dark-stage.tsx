import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { Button, LinkButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { dropToast } from '../ui/toast.tsx'
import { t } from '../ui/words.ts'

/** Plain reason, what stays, nothing red. */
export function Removed({ reason }: { reason: string | null }) {
  // What was told a moment ago, a mute for instance, holds no more for who is not in the show.
  useEffect(dropToast, [])
  return (
    <DarkStage>
      <Icon name="ban" class="big" />
      <h1>{t('removed')}</h1>
      {reason !== null && <p>{t('removed.reason', { reason })}</p>}
      <p>{t('removed.help')}</p>
      <LinkButton kind="paper" href="/orders">
        {t('see.orders')}
      </LinkButton>
      <LinkButton kind="glass" href="/">
        {t('other.shows')}
      </LinkButton>
    </DarkStage>
  )
}

/** Nothing is known of the show yet; the page goes on asking. */
export function NoAnswerYet() {
  return (
    <DarkStage>
      <Icon name="refresh" class="big" />
      <h1>{t('no.answer')}</h1>
      <p role="status">{t('no.answer.help')}</p>
      <LinkButton kind="glass" href="/">
        {t('other.shows')}
      </LinkButton>
    </DarkStage>
  )
}

export function SignedOutElsewhere() {
  return (
    <DarkStage>
      <Icon name="out" class="big" />
      <h1>{t('closed.session')}</h1>
      <Button kind="paper" onClick={() => location.reload()}>
        {t('guest.watch')}
      </Button>
    </DarkStage>
  )
}

function DarkStage({ children }: { children: ComponentChildren }) {
  return (
    <main class="stage dark" data-zone="glass" data-lit="no">
      <header class="top">
        <LinkButton kind="glass" icon="close" class="push" href="/" aria-label={t('leave')} />
      </header>
      <section class="notice bare">{children}</section>
    </main>
  )
}
