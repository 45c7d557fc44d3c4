import { useLayoutEffect, useRef } from 'preact/hooks'

/** What opens where it was asked for takes the keyboard, at the first of its controls. */
export function useFocusTaken<T extends HTMLElement = HTMLDivElement>() {
  const place = useRef<T>(null)
  useLayoutEffect(() => firstControl(place.current)?.focus(), [])
  return place
}

function firstControl(place: HTMLElement | null) {
  return place?.querySelector<HTMLElement>('input, textarea, button')
}

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
      const to = now.hasAttribute('tabindex') ? now : firstControl(now)
      to?.focus()
    }
    before.current = step
  })
  return place
}
