import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from './words.ts'

/** One tab a unit up to here; above, each tab is a share. */
const tabsMax = 24

type Props = { left: number; of: number; onPane?: boolean }

/** Tear-off tabs. A taken unit's tab tilts and falls from the end of the row; a stub stays. */
export function Tabs({ left, of, onPane }: Props) {
  const count = Math.min(of, tabsMax)
  const standing = of === 0 ? 0 : Math.min(count, Math.ceil((left / of) * count))
  const falling = useFalling(standing)
  return (
    <div
      class={onPane ? 'tabs on-pane' : 'tabs'}
      role="meter"
      aria-valuemin={0}
      aria-valuemax={of}
      aria-valuenow={left}
      aria-label={t('tabs.label', { n: left, of })}
    >
      {Array.from({ length: count }, (_, i) => (
        <i key={i} class={i < standing ? '' : i < falling ? 'falling' : 'torn'} />
      ))}
    </div>
  )
}

/** How far the row reached a moment ago, while the tabs between are in the air. */
function useFalling(standing: number): number {
  const before = useRef(standing)
  const [from, setFrom] = useState(standing)
  useEffect(() => {
    const had = before.current
    before.current = standing
    if (had <= standing || matchMedia('(prefers-reduced-motion: reduce)').matches) {
      setFrom(standing)
      return
    }
    setFrom(had)
    const landed = setTimeout(() => setFrom(standing), 420)
    return () => clearTimeout(landed)
  }, [standing])
  return Math.max(from, standing)
}

/** For desks: sold, held and free of a variant, always with the figures beside it. */
export function StockBar({ sold, held, free }: { sold: number; held: number; free: number }) {
  const part = (name: string, n: number) => n > 0 && <i class={name} style={{ '--n': n }} />
  return (
    <span class="stock" aria-hidden="true">
      {part('sold', sold)}
      {part('held', held)}
      {part('free', free)}
    </span>
  )
}
