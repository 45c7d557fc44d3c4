import { useEffect } from 'preact/hooks'
import { keysOn } from './key-switch.ts'

type Keys = {
  /** One key; answers whether it was ours. */
  press: (key: string) => boolean
  /** They work too while a sheet stands beside the page; never under one that lies over it. */
  besideSheets?: boolean
}

/**
 * Single keys of a page: not while somebody writes or chooses, not together with the browser's own,
 * and not where they are switched off.
 */
export function useKeys({ press, besideSheets = false }: Keys): void {
  const on = keysOn.value
  const blocking = besideSheets ? 'dialog[open]:not([aria-modal="false"])' : 'dialog[open]'
  useEffect(() => {
    if (!on) return
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (isWriting(event.target) || document.querySelector(blocking) !== null) return
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
