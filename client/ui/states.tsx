import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'
import { t } from './words.ts'

/** Waiting shows nothing for this long: most answers are quicker, and grey flashes are worse. */
const patienceMs = 200

function useLate(): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patienceMs)
    return () => clearTimeout(timer)
  }, [])
  return late
}

/** Grey shapes at the final size. Without children: a page's worth of rows. */
export function Loading({ rows = 3, children }: { rows?: number; children?: ComponentChildren }) {
  const late = useLate()
  return (
    <div role="status" aria-label={t('loading')} class="loading" data-late={late || undefined}>
      {late && (children ?? Array.from({ length: rows }, (_, i) => <GhostRow key={i} />))}
    </div>
  )
}

function GhostRow() {
  return (
    <div class="row ghost-row">
      <div class="ghost square" />
      <div class="ghost-lines">
        <div class="ghost" />
        <div class="ghost short" />
      </div>
    </div>
  )
}

/** What will be here, and the first step. `alone`: the page has no other heading. */
export function Empty(props: {
  icon: IconName
  title: string
  help?: string
  alone?: boolean
  children?: ComponentChildren
}) {
  const Title = props.alone ? 'h1' : 'h2'
  return (
    <div class="state">
      <Icon name={props.icon} />
      <Title>{props.title}</Title>
      {props.help !== undefined && <p>{props.help}</p>}
      {props.children}
    </div>
  )
}

/** Says that nothing is lost, gives a short reference, offers to try again. */
export function Failed({
  title,
  reference,
  alone,
  retry,
}: {
  title: string
  reference?: string | undefined
  alone?: boolean
  retry?: () => void
}) {
  const Title = alone ? 'h1' : 'h2'
  const help = reference === undefined ? t('nothing.lost') : t('reference', { ref: reference })
  return (
    <div class="state" role="alert">
      <Icon name="alert" />
      <Title>{title}</Title>
      <p>{help}</p>
      {retry !== undefined && (
        <Button kind="quiet-btn" size="desk" icon="refresh" onClick={retry}>
          {t('try.again')}
        </Button>
      )}
    </div>
  )
}

type StripProps = {
  tone?: 'info' | 'time' | 'bad' | 'good'
  icon: IconName
  alert?: boolean
  children: ComponentChildren
}

/** A state that lasts; it never closes itself before the state ends. */
export function Strip({ tone = 'info', icon, alert, children }: StripProps) {
  return (
    <div class={tone === 'info' ? 'strip' : `strip ${tone}`} role={alert ? 'alert' : 'status'}>
      <Icon name={icon} />
      <span class="strip-say">{children}</span>
    </div>
  )
}
