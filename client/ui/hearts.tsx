import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

const onScreenMax = 12
/** A pulse may bring hundreds at once; so many are drawn for one. */
const perPulse = 4

type Drawn = { id: number; bend: number; scale: number; wait: number }
let made = 0

/** Breath on glass. `total` is everybody's count, `own` how many this person sent: those always rise. */
export function Hearts({ total, own }: { total: number; own: number }) {
  const [drawn, setDrawn] = useState<Drawn[]>([])
  const before = useRef({ total, own })

  useEffect(() => {
    const had = before.current
    before.current = { total, own }
    const mine = Math.max(0, own - had.own)
    const others = Math.min(perPulse, Math.max(0, total - had.total - mine))
    if (mine + others === 0) return
    const fresh = Array.from({ length: mine + others }, (_, i) => heart(i))
    setDrawn((known) => [...known, ...fresh].slice(-onScreenMax))
  }, [total, own])
  const risen = (id: number) => setDrawn((known) => known.filter((one) => one.id !== id))

  return (
    <div class="hearts" aria-hidden="true">
      {drawn.map((one) => (
        <span
          key={one.id}
          class="heart-up rising"
          style={{
            '--bend': `${one.bend}px`,
            '--k': one.scale,
            'animation-delay': `${one.wait}ms`,
          }}
          onAnimationEnd={() => risen(one.id)}
        >
          <Icon name="heart-full" />
        </span>
      ))}
    </div>
  )
}

function heart(i: number): Drawn {
  made += 1
  return {
    id: made,
    bend: Math.round((Math.random() - 0.5) * 36),
    scale: 0.75 + Math.random() * 0.4,
    wait: i * 120,
  }
}
