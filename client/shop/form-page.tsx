import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import type { Refused } from '../api/refused.ts'
import { Button } from '../ui/button.tsx'
import { Form } from '../ui/form.tsx'
import { Desk, PageTop, type Place } from './shell.tsx'

type Sends = {
  /** What the button says that saves: the act, or why there is nothing to save. */
  save: string
  busy: string | false
  off?: boolean
  refused?: Refused | null
  submit: () => void
}

type Props = {
  at: Place
  title: string
  back?: string
  /** Besides saving. */
  acts?: ComponentChildren
  strip?: ComponentChildren
  /** None while what it is about is asked for, or is not here. */
  form?: Sends
  children: ComponentChildren
  /** Below the form, and no part of it. */
  after?: ComponentChildren
}

/** A page of the desk that is one form: what it is and what saves it on top, fields below. */
export function FormPage({ at, title, back, acts, strip, form, children, after }: Props) {
  const id = useId()
  return (
    <Desk at={at} title={title}>
      <PageTop title={title} back={back}>
        {form && (
          <>
            {acts}
            <Button type="submit" form={id} size="desk" disabled={form.off} busy={form.busy}>
              {form.save}
            </Button>
          </>
        )}
      </PageTop>
      <div class={strip ? 'strip-place rule' : 'strip-place'}>{strip}</div>
      <div class="desk-form rule">
        {form ? (
          <Form id={id} refused={form.refused} submit={form.submit}>
            {children}
          </Form>
        ) : (
          children
        )}
        {after}
      </div>
    </Desk>
  )
}
