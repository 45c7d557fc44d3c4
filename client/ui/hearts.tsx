import { useEffect, useRef, useState } from 'preact/hooks'
import { type HeartCount, newHearts } from './heart-count.ts'
import { Icon } from './icon.tsx'

const onScreenMax = 12
/** A pulse may bring hundreds at once; so many are drawn for one. */
const perPulse = 4

type Rising = { id: number; bend: number; scale: number; wait: number }
let made = 0

/** Breath on glass. What this person sends always rises, and once. */
export function Hearts({ total, drawn, sent }: HeartCount) {
  const [rising, setRising] = useState<Rising[]>([])
  const before = useRef({ count: { total, drawn, sent }, due: 0 })

  useEffect(() => {
    const count = { total, drawn, sent }
    const { own, others, due } = newHearts(before.current.count, count, before.current.due)
    before.current = { count, due }
    const more = own + Math.min(perPulse, others)
    if (more === 0) return
    const fresh = Array.from({ length: more }, (_, i) => heart(i))
    setRising((known) => [...known, ...fresh].slice(-onScreenMax))
  }, [total, drawn, sent])
  const risen = (id: number) => setRising((known) => known.filter((one) => one.id !== id))

  return (
    <div class="hearts" aria-hidden="true">
      {rising.map((one) => (
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

function heart(i: number): Rising {
  made += 1
  return {
    id: made,
    bend: Math.round((Math.random() - 0.5) * 36),
    scale: 0.75 + Math.random() * 0.4,
    wait: i * 120,
  }
}
