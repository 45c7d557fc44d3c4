import type { ComponentChildren } from 'preact'

export type Segment<T extends string> = {
  value: T
  label: string
  before?: ComponentChildren
  aside?: ComponentChildren
}

/** Which part of a list or pane is shown; arrow keys turn to the next. */
export function Segments<T extends string>(props: {
  label: string
  segments: Segment<T>[]
  value: T
  onChoose: (value: T) => void
}) {
  const turn = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const forward = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1
    const by = { ArrowRight: forward, ArrowLeft: -forward }[event.key]
    if (by === undefined) return
    event.preventDefault()
    const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')]
    const at = tabs.indexOf(document.activeElement as HTMLElement)
    const next = tabs[(at + by + tabs.length) % tabs.length]
    next?.focus()
    next?.click()
  }
  return (
    <div class="seg" role="tablist" aria-label={props.label} onKeyDown={turn}>
      {props.segments.map(({ value, label, before, aside }) => (
        <button
          key={value}
          type="button"
          role="tab"
          aria-selected={value === props.value}
          tabIndex={value === props.value ? 0 : -1}
          onClick={() => props.onChoose(value)}
        >
          {before}
          {label} {aside}
        </button>
      ))}
    </div>
  )
}
