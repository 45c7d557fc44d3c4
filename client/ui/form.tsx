import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Refused } from '../api/refused.ts'
import { lookAtFault } from './use.ts'

type Props = {
  id?: string
  class?: string
  label?: string
  place?: RefObject<HTMLFormElement | null>
  refused?: Refused | null | undefined
  submit: () => void
  children: ComponentChildren
}

/** Fields that are sent together. Leads to the first that needs another look, whoever found the fault. */
export function Form({ id, class: cls, label, place, refused = null, submit, children }: Props) {
  const own = useRef<HTMLFormElement>(null)
  const form = place ?? own
  useEffect(() => {
    if (refused !== null) lookAtFault(form.current)
  }, [refused])
  return (
    <form
      ref={form}
      id={id}
      class={cls}
      aria-label={label}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
        lookAtFault(form.current)
      }}
    >
      {children}
    </form>
  )
}
