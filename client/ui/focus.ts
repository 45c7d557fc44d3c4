import { useLayoutEffect, useRef } from 'preact/hooks'

/** What was pressed makes room for something else: the focus goes to that, not away. */
export function useFocusKept(turn: boolean) {
  const place = useRef<HTMLDivElement>(null)
  const before = useRef(turn)
  useLayoutEffect(() => {
    if (before.current !== turn)
      place.current?.querySelector<HTMLElement>('button, textarea')?.focus()
    before.current = turn
  }, [turn])
  return place
}
