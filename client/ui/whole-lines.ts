import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'

/** A message that would be cut at the top of its list is not there at all: nor is the shade behind it. */
export function useWholeLines(list: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => hideCutLines(list.current))
}

function hideCutLines(list: HTMLElement | null): void {
  if (list === null) return
  const lines = [...list.children].filter((line) => line instanceof HTMLElement)
  for (const line of lines) line.style.display = ''
  const top = list.getBoundingClientRect().top - 1
  const cut = lines.filter((line) => line.getBoundingClientRect().top < top)
  for (const line of cut) line.style.display = 'none'
}
