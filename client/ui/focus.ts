import { useLayoutEffect, useRef } from 'preact/hooks'

/**
 * What was pressed makes room for something else: the keyboard goes on in its place, not away. `step`: what stands
 * there. A place that can take the focus itself does so, else the first of its controls.
 */
export function useFocusKept<T extends HTMLElement = HTMLDivElement>(step: unknown) {
  const place = useRef<T>(null)
  const before = useRef(step)
  const had = place.current?.contains(document.activeElement) ?? false
  useLayoutEffect(() => {
    const now = place.current
    if (before.current !== step && had && now && !now.contains(document.activeElement)) {
      const control = now.querySelector<HTMLElement>('input, textarea, button')
      const to = now.hasAttribute('tabindex') ? now : control
      to?.focus()
    }
    before.current = step
  })
  return place
}
