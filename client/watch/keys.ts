import { useKeys } from '../ui/keys.ts'
import { toast } from '../ui/toast.tsx'
import { t } from '../ui/words.ts'

/** The page's keys, as players have them; `?` says which. */
export function useWatchKeys(acts: Record<string, () => void>): void {
  const help = () => toast({ text: t('keys'), icon: 'question', tone: 'plain' })
  useKeys({
    besideSheets: true,
    press(key) {
      const act = key === '?' ? help : acts[key.toLowerCase()]
      act?.()
      return act !== undefined
    },
  })
}
