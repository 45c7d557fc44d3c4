import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { t } from './words.ts'

/** The detail beside a list, over it on phones. Focus goes in; Esc and the button close it. */
export function Pane(props: {
  label: string
  head: ComponentChildren
  onClose: () => void
  children: ComponentChildren
}) {
  const pane = useRef<HTMLElement>(null)
  useEffect(() => pane.current?.focus({ preventScroll: true }), [])
  return (
    <aside
      ref={pane}
      class="detail"
      aria-label={props.label}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        props.onClose()
      }}
    >
      <div class="row pane-head">
        {props.head}
        <Button
          kind="bare"
          size="desk"
          icon="close"
          class="push"
          aria-label={t('close')}
          onClick={props.onClose}
        />
      </div>
      {props.children}
    </aside>
  )
}
