import { useEffect } from 'preact/hooks'
import { framed } from '../api/framed.ts'
import { followed } from '../api/kept.ts'
import { me, signedIn } from '../api/session.ts'
import { go } from '../router.ts'
import { Button } from '../ui/button.tsx'
import { tellRefused } from '../ui/refusal.ts'
import { toast } from '../ui/toast.tsx'
import { useBusy } from '../ui/use.ts'
import { t as common } from '../ui/words.ts'
import { t } from './words.ts'

type Host = { id: string; displayName: string }
type Props = {
  host: Host
  /** Where one comes back to, once signed in. */
  back: string
  /** On the glass of a phone: an icon is enough for what is done. */
  glass?: boolean
  desk?: boolean
}

/** A letter when this host goes live. Not for the host, nor in a page of somebody else's. */
export function Follow({ host, back, glass = false, desk = false }: Props) {
  useEffect(followed.watch, [])
  const [busy, run] = useBusy(tellRefused)
  if (framed || me.value?.account.id === host.id) return null
  const isOn = followed.ids.value?.has(host.id) ?? false
  const name = host.displayName
  const set = (on: boolean) =>
    run(async () => {
      await followed.set(host.id, on)
      if (on) return toast({ text: t('follow.done', { host: name }), icon: 'bell', tone: 'ok' })
      const action = { label: common('undo'), run: () => set(true) }
      toast({ text: t('follow.ended', { host: name }), tone: 'ok', stayMs: 10_000, action })
    })
  const press = () => {
    if (!signedIn.value) return go(`/sign-in?back=${encodeURIComponent(back)}`)
    set(!isOn)
  }
  const words = glass && isOn ? undefined : t(isOn ? 'following' : 'follow')
  return (
    <Button
      kind={glass ? 'glass' : isOn ? 'quiet-btn' : 'soft'}
      {...(isOn && { icon: 'check' as const })}
      {...(desk && { size: 'desk' as const })}
      class="follow"
      busy={busy && (words ?? '')}
      aria-label={t(isOn ? 'following.whom' : 'follow.whom', { host: name })}
      onClick={press}
    >
      {words}
    </Button>
  )
}
