import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
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

/** What came the last time that somebody asked for more: the button that asked may be gone by then. */
const came = signal('')

/** Says it to those who hear the page. */
export function MoreTold() {
  useEffect(() => () => void (came.value = ''), [])
  return (
    <p class="sr" role="status">
      {came.value}
    </p>
  )
}

const rowsIn = (list: Element) => list.querySelectorAll('tbody > tr, .choices > li').length

/** Below a list that goes on. */
export function MoreRows({ showMore }: Props) {
  const [busy, run] = useBusy(tell)
  const place = useRef<HTMLDivElement>(null)
  const more = async () => {
    const list = place.current?.closest<HTMLElement>('.list, .lineup-field')
    if (!list) return showMore()
    const before = rowsIn(list)
    came.value = ''
    await showMore()
    requestAnimationFrame(() => {
      came.value = t('older.came', { n: Math.max(0, rowsIn(list) - before) })
      // The button goes with the last page, and must not take the focus along.
      if (document.activeElement === document.body) list.focus({ preventScroll: true })
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
