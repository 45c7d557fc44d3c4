import { useEffect, useState } from 'preact/hooks'
import { serverNow } from '../../api/clock.ts'
import { countdown } from '../../ui/time.ts'

/** How long something has been going on, by the server's clock, told in whole seconds. */
export function Elapsed({ since }: { since: string }) {
  const [, redraw] = useState(0)
  const ms = Math.max(0, serverNow() - Date.parse(since))
  useEffect(() => {
    const timer = setTimeout(() => redraw((n) => n + 1), 1_000 - (ms % 1_000) + 1)
    return () => clearTimeout(timer)
  })
  return (
    <time class="num" dateTime={since}>
      {countdown(Math.floor(ms / 1_000))}
    </time>
  )
}
