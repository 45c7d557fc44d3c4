import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'

export type Tone = 'live' | 'good' | 'time' | 'lit' | 'info' | 'bad' | 'plain' | 'glass' | 'host'

/** Always a word, never colour alone. `time` and `lit` are clocks: they carry figures. */
export function Badge({
  tone = 'plain',
  icon,
  dot,
  children,
}: {
  tone?: Tone
  icon?: IconName
  dot?: boolean
  children: ComponentChildren
}) {
  return (
    <span class={`badge ${tone === 'plain' ? '' : tone}${dot ? ' dot' : ''}`}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </span>
  )
}

export function Tally({ n }: { n: number }) {
  return <span class="tally num">{n}</span>
}
