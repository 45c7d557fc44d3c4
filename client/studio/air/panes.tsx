import type { Signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Tally } from '../../ui/badge.tsx'

export type PaneTab = { id: string; label: string; tally?: number }

/** On screens that hold one pane at a time: which one. Wide desks show them all and hide this. */
export function PaneTabs(props: { label: string; tabs: PaneTab[]; open: Signal<string> }) {
  const { label, tabs, open } = props
  return (
    <nav class="pane-tabs" aria-label={label}>
      {tabs.map(({ id, label: name, tally }) => (
        <button
          key={id}
          type="button"
          aria-current={open.value === id ? 'true' : undefined}
          onClick={() => (open.value = id)}
        >
          {name}
          {tally !== undefined && tally > 0 && <Tally n={tally} />}
        </button>
      ))}
    </nav>
  )
}

/** Keys of a desk: not while somebody writes, and not together with the browser's own. */
export function useKeys(press: (key: string) => boolean, on: boolean): void {
  useEffect(() => {
    if (!on) return
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (isWriting(event.target) || document.querySelector('dialog[open]') !== null) return
      if (press(event.key)) event.preventDefault()
    }
    document.addEventListener('keydown', hear)
    return () => document.removeEventListener('keydown', hear)
  })
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('[popover], [role="radiogroup"]') !== null)
    return true
  const quiet = target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type)
  return !quiet && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}
