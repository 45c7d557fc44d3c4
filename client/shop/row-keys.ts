import type { RefObject } from 'preact'

/** Up and down go from row to row, Home and End to the ends; each row's link is its handle. */
export function useRowKeys(list: RefObject<HTMLElement | null>) {
  const links = () => [...(list.current?.querySelectorAll<HTMLElement>('a.row-link') ?? [])]
  return {
    onKeyDown(event: KeyboardEvent): void {
      const all = links()
      const at = all.indexOf(document.activeElement as HTMLElement)
      if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
      if (to === undefined) return
      event.preventDefault()
      all[to]?.focus()
    },
    /** After its pane has closed, the reader is back where they were. */
    focusRow(id: string | null): void {
      requestAnimationFrame(() =>
        links()
          .find(({ dataset }) => dataset['row'] === id)
          ?.focus(),
      )
    },
  }
}
