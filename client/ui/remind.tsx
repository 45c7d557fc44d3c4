import { useEffect } from 'preact/hooks'
import { reminders } from '../api/kept.ts'
import { signedIn } from '../api/session.ts'
import { go } from '../router.ts'
import { Button } from './button.tsx'
import { tellRefused } from './refusal.ts'
import { toast } from './toast.tsx'
import { useBusy } from './use.ts'
import { t } from './words.ts'

/** A letter when a planned show begins. `of`: its title, where the button is an icon among others. */
export function Remind({ showId, of }: { showId: string; of?: string }) {
  useEffect(reminders.watch, [])
  const [busy, run] = useBusy(tellRefused)
  const isSet = reminders.ids.value?.has(showId) ?? false
  const press = () => {
    if (!signedIn.value) return go(`/sign-in?back=${encodeURIComponent(`/s/${showId}`)}`)
    run(async () => {
      await reminders.set(showId, !isSet)
      if (!isSet) toast({ text: t('remind.done'), icon: 'bell', tone: 'ok' })
    })
  }
  const look = { icon: isSet ? 'check' : 'bell', onClick: press } as const
  if (of !== undefined) {
    return (
      <Button
        {...look}
        kind="quiet-btn"
        size="desk"
        aria-pressed={isSet}
        aria-label={`${t('remind')}: ${of}`}
      />
    )
  }
  return (
    <Button {...look} kind="paper" busy={busy && t('saving')}>
      {t(isSet ? 'remind.set' : 'remind')}
    </Button>
  )
}
