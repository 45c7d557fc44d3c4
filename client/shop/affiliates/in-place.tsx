import type { ComponentChildren } from 'preact'
import { Button } from '../../ui/button.tsx'
import { useFocusTaken } from '../../ui/focus.ts'
import { Form } from '../../ui/form.tsx'
import { w } from './words-affiliates.ts'

type Props = {
  label: string
  /** What the button says that sends it. */
  send: string
  busy: string | false
  submit: () => void
  close: () => void
  children: ComponentChildren
}

/** A form that opens where it was asked for. */
export function InPlace({ label, send, busy, submit, close, children }: Props) {
  const place = useFocusTaken<HTMLFormElement>()
  return (
    <Form class="affiliate-form" {...{ label, place, submit }}>
      {children}
      <span class="row">
        <Button kind="quiet-btn" size="desk" onClick={close}>
          {w('cancel')}
        </Button>
        <Button type="submit" size="desk" busy={busy}>
          {send}
        </Button>
      </span>
    </Form>
  )
}
