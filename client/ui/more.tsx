import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { path } from '../router.ts'
import { Button } from './button.tsx'
import { tellRefused } from './refusal.ts'
import { useBusy } from './use.ts'
import { t } from './words.ts'
import { m } from './words-more.ts'

/** What came the last time that somebody asked for more: the button that asked may be gone by then. */
const came = signal('')

/** Says it to those who hear the page. */
export function MoreTold() {
  useEffect(() => () => void (came.value = ''), [path.value])
  return (
    <p class="sr" role="status">
      {came.value}
    </p>
  )
}

const lists = '.list, .lineup-field, section, dialog, main'
const rows = ':is(tbody > tr, li, article, .again):not(li *, article *)'

type Props = {
  showMore: () => Promise<void>
  label?: string
  tell?: (thrown: unknown) => void
}

/** Below a list that goes on. */
export function More({ showMore, label = m('more'), tell = tellRefused }: Props) {
  const [busy, run] = useBusy(tell)
  const place = useRef<HTMLDivElement>(null)
  const more = async () => {
    const list = place.current?.closest<HTMLElement>(lists)
    const known = new Set(list?.querySelectorAll(rows))
    came.value = ''
    await showMore()
    requestAnimationFrame(() => {
      const fresh = [...(list?.querySelectorAll<HTMLElement>(rows) ?? [])].filter(
        (row) => !known.has(row),
      )
      came.value = m('came', { n: fresh.length })
      // The button goes with the last page, and must not take the focus along.
      if (document.activeElement === document.body) goOnAt(fresh[0] ?? list)
    })
  }
  return (
    <div ref={place} class="more-rows">
      <Button kind="quiet-btn" size="desk" busy={busy && t('loading')} onClick={() => run(more)}>
        {label}
      </Button>
    </div>
  )
}

function goOnAt(place: HTMLElement | null | undefined): void {
  place?.setAttribute('tabindex', '-1')
  place?.focus({ preventScroll: true })
}
