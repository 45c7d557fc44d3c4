import { Button } from '../ui/button.tsx'
import { useBusy } from '../ui/use.ts'
import { t as ui } from '../ui/words.ts'
import { tell } from './tell.ts'
import { t } from './words.ts'

/** Below a list that goes on. */
export function MoreRows({ showMore }: { showMore: () => Promise<void> }) {
  const [busy, run] = useBusy(tell)
  return (
    <div class="more-rows">
      <Button
        kind="quiet-btn"
        size="desk"
        busy={busy && ui('loading')}
        onClick={() => run(showMore)}
      >
        {t('older')}
      </Button>
    </div>
  )
}
