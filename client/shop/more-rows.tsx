import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/states.tsx'
import { useBusy } from '../ui/use.ts'
import { t as ui } from '../ui/words.ts'
import { tell } from './tell.ts'
import { t } from './words.ts'

type Props = { showMore: () => Promise<void>; children?: ComponentChildren }

/** Nothing among the newest, and older ones have not been looked through. */
export function NoneSoFar({ showMore, children }: Props) {
  return (
    <Empty icon="filter" title={t('none.so.far')} help={t('none.so.far.help')}>
      <span class="row">
        <MoreRows showMore={showMore} />
        {children}
      </span>
    </Empty>
  )
}

/** Below a list that goes on. */
export function MoreRows({ showMore }: Props) {
  const [busy, run] = useBusy(tell)
  const place = useRef<HTMLDivElement>(null)
  const more = async () => {
    const list = place.current?.closest<HTMLElement>('.list')
    await showMore()
    // The button goes with the last page, and must not take the focus along.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) list?.focus({ preventScroll: true })
    })
  }
  return (
    <div ref={place} class="more-rows">
      <Button kind="quiet-btn" size="desk" busy={busy && ui('loading')} onClick={() => run(more)}>
        {t('older')}
      </Button>
    </div>
  )
}
