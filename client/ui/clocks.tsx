import { useEffect, useState } from 'preact/hooks'
import { serverNow } from '../api/clock.ts'
import { Icon } from './icon.tsx'
import { countdown } from './time.ts'
import { t } from './words.ts'

/** A sale's last seconds and a hold's are poppy: SCREENS §2. */
const saleLastMs = 10_000
const holdLastMs = 30_000

/**
 * Milliseconds until an instant by the server's clock, rounded up to whole seconds. It changes
 * when the countdown changes, not once a second of this page: so every screen shows the same.
 */
export function useRest(until: string | number | null | undefined): number {
  const end = until == null ? 0 : typeof until === 'number' ? until : Date.parse(until)
  const [, redraw] = useState(0)
  const rest = Math.max(0, Math.ceil((end - serverNow()) / 1000) * 1000)
  useEffect(() => {
    if (rest === 0) return
    const next = end - serverNow() - (rest - 1000)
    const timer = setTimeout(() => redraw((n) => n + 1), Math.max(0, next) + 1)
    return () => clearTimeout(timer)
  })
  return rest
}

type BandProps =
  | { phase: 'opens' | 'open'; startsAt: string; endsAt: string; label?: string }
  | { phase: 'over'; label: string }

/** The clock of a sale on paper: it shrinks once a second by a step, not a stream. */
export function Band(props: BandProps) {
  if (props.phase === 'over') {
    return (
      <div class="band" data-phase="over">
        {props.label}
      </div>
    )
  }
  return <RunningBand {...props} />
}

function RunningBand(props: Exclude<BandProps, { phase: 'over' }>) {
  const opens = props.phase === 'opens'
  const until = opens ? props.startsAt : props.endsAt
  const rest = useRest(until)
  const share = useShare(props, rest)
  const phase = opens ? 'opens' : rest <= saleLastMs ? 'last' : 'open'
  return (
    <div class="band" data-phase={phase} style={{ '--rest': share.toFixed(3) }}>
      <Icon name="bolt" />
      {props.label ?? t(opens ? 'opens.in' : 'flash.sale')}
      <time class="clock num" dateTime={until}>
        {!opens && <small>{t('ends.in')} </small>}
        {countdown(rest / 1000)}
      </time>
    </div>
  )
}

/** Before the opening the pale part grows; afterwards the full part shrinks. */
function useShare(props: Exclude<BandProps, { phase: 'over' }>, rest: number): number {
  const [wholeWait] = useState(rest)
  if (props.phase === 'opens') return wholeWait === 0 ? 1 : 1 - rest / Math.max(wholeWait, 1000)
  const whole = Date.parse(props.endsAt) - Date.parse(props.startsAt)
  return whole <= 0 ? 0 : Math.min(1, rest / whole)
}

/** The pill with what is held for me; its last 30 s are said once. */
export function HoldClock({ until, label }: { until: string; label?: string }) {
  const rest = useRest(until)
  const last = rest <= holdLastMs
  return (
    <span class="hold-clock" data-phase={last ? 'last' : undefined}>
      <Icon name="clock" />
      {label ?? t('held.clock')}{' '}
      <time class="num" dateTime={until}>
        {countdown(rest / 1000)}
      </time>
      {last && rest > 0 && (
        <span class="sr" role="alert">
          {t('held.last')}
        </span>
      )}
    </span>
  )
}

/** A running clock's figures alone. */
export function Countdown({ until }: { until: string }) {
  const rest = useRest(until)
  return (
    <time class="num" dateTime={until}>
      {countdown(rest / 1000)}
    </time>
  )
}
