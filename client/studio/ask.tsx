import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'

type Props = {
  title: string
  onClose: () => void
  children?: ComponentChildren
  /** The act first, the way back after it. */
  actions: ComponentChildren
}

/** Asks once, in the middle of everything. Esc and a click beside it are "no". */
export function Ask({ title, onClose, children, actions }: Props) {
  const id = useId()
  const box = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const dialog = box.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={box}
      class="ask-box"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => event.target === box.current && onClose()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div class="ask-in">
        <h2 id={id}>{title}</h2>
        {children}
        <div class="ask-do">{actions}</div>
      </div>
    </dialog>
  )
}
