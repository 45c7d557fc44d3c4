import { useEffect } from 'preact/hooks'
import { toast } from '../ui/toast.tsx'
import { t } from '../ui/words.ts'

export type KeyActs = Record<string, () => void>

/** The page's keys, as players have them. Ignored while somebody writes, and with modifiers. */
export function useKeys(acts: KeyActs): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event
      const writing =
        target instanceof Element && target.closest('input, textarea, select') !== null
      if (writing || event.metaKey || event.ctrlKey || event.altKey) return
      if (event.key === '?') toast({ text: t('keys'), icon: 'question', tone: 'plain' })
      acts[event.key.toLowerCase()]?.()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  })
}
