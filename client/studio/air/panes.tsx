import type { Signal } from '@preact/signals'
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
