import { useId, useRef } from 'preact/hooks'
import { Icon, type IconName } from '../../ui/icon.tsx'

export type MenuItem = {
  label: string
  icon: IconName
  run: () => void
  off?: boolean
  stop?: boolean
}

const edgePx = 8

/** "More" of a row. Every drag and key of the row stands in here too. */
export function Menu({ label, items }: { label: string; items: MenuItem[] }) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)

  /** The list lies above everything, so it is not cut off at the end of the pane. */
  const place = () => {
    const [at, box] = [button.current?.getBoundingClientRect(), list.current]
    if (at === undefined || box === null) return
    const below = at.bottom + box.offsetHeight + edgePx < innerHeight
    const rtl = getComputedStyle(box).direction === 'rtl'
    const left = rtl ? at.left : at.right - box.offsetWidth
    box.style.top = `${below ? at.bottom + 4 : Math.max(edgePx, at.top - box.offsetHeight - 4)}px`
    box.style.left = `${Math.max(edgePx, Math.min(left, innerWidth - box.offsetWidth - edgePx))}px`
  }

  const step = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    const all = [...(list.current?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? [])]
    const now = all.indexOf(document.activeElement as HTMLElement)
    all[(now + by + all.length) % all.length]?.focus()
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        class="btn desk bare only"
        aria-label={label}
        aria-haspopup="menu"
        popovertarget={id}
      >
        <Icon name="more" size="md" />
      </button>
      <div
        ref={list}
        id={id}
        class="menu"
        role="menu"
        aria-label={label}
        popover="auto"
        onToggle={(event) => {
          if (event.newState !== 'open') return
          place()
          list.current?.querySelector<HTMLElement>('button:not(:disabled)')?.focus()
        }}
        onKeyDown={step}
      >
        {items.map((item) => (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            class={item.stop ? 'stop' : ''}
            disabled={item.off}
            onClick={() => {
              list.current?.hidePopover()
              button.current?.focus()
              item.run()
            }}
          >
            <Icon name={item.icon} size="md" />
            {item.label}
          </button>
        ))}
      </div>
    </>
  )
}
