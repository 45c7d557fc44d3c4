import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { openLayer } from '../router.ts'
import { Button } from './button.tsx'
import { Portal } from './portal.tsx'
import { t } from './words.ts'

type Props = {
  title: string
  /** The title is said, not shown: the content shows its own. */
  titleHidden?: boolean
  /** A quiet count beside the title. */
  count?: number
  /** Between title and close button: one clock at most. */
  aside?: ComponentChildren
  closeLabel?: string
  onClose: () => void
  class?: string
  /** Between header and scroll: a strip. */
  strip?: ComponentChildren
  footer?: ComponentChildren
  children: ComponentChildren
}

/** From here the sheet is a pane at the end side, and the page beside it stays alive. */
const paneFrom = '(min-width: 64rem)'
const swipePx = 90

/**
 * A dialog from below on phones, a pane on desks. Focus goes in and comes back; the close button,
 * Esc, Back and a swipe down close it; the page beneath a phone's sheet is inert.
 */
export function Sheet(props: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const close = useCloser(props.onClose)
  return (
    <Portal>
      <SheetBox {...props} dialog={dialog} close={close} />
    </Portal>
  )
}

type BoxProps = Props & { dialog: RefObject<HTMLDialogElement | null>; close: () => void }

function SheetBox({ dialog, close, ...props }: BoxProps) {
  useFocusInside(dialog)
  useToastsAboveFooter(dialog)
  useEscape(dialog, close)
  const swipe = useSwipeDown(dialog, close)
  return (
    <dialog
      ref={dialog}
      open
      class={`sheet checkout ${props.class ?? ''}`}
      aria-label={props.title}
      aria-modal={!matchMedia(paneFrom).matches}
    >
      <header role="presentation" {...swipe}>
        <h2 tabIndex={-1} class={props.titleHidden ? 'sr' : ''}>
          {props.title}
          {props.count !== undefined && <span class="quieter num"> {props.count}</span>}
        </h2>
        <span class="push" />
        {props.aside}
        <Button
          kind="bare"
          icon="close"
          aria-label={props.closeLabel ?? t('close')}
          onClick={close}
        />
      </header>
      {props.strip}
      <div class="scroll">{props.children}</div>
      {props.footer && <footer>{props.footer}</footer>}
    </dialog>
  )
}

/** One entry in the history while the sheet is open; Back, button and Esc end the same way. */
function useCloser(onClose: () => void): () => void {
  const latest = useRef(onClose)
  latest.current = onClose
  const leave = useRef<() => void>(() => undefined)
  useEffect(() => {
    leave.current = openLayer(() => latest.current())
    return () => leave.current()
  }, [])
  return () => latest.current()
}

function useFocusInside(dialog: RefObject<HTMLDialogElement | null>): void {
  useLayoutEffect(() => {
    const before = document.activeElement
    const app = document.getElementById('app')
    const narrow = !matchMedia(paneFrom).matches
    if (narrow) app?.setAttribute('inert', '')
    document.documentElement.dataset['sheet'] = 'open'
    dialog.current?.querySelector('h2')?.focus()
    return () => {
      app?.removeAttribute('inert')
      delete document.documentElement.dataset['sheet']
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
}

/** Toasts stand above what the sheet asks for: they never cover its main button. */
function useToastsAboveFooter(dialog: RefObject<HTMLDialogElement | null>): void {
  useLayoutEffect(() => {
    const foot = dialog.current?.querySelector<HTMLElement>(':scope > footer')?.offsetHeight ?? 0
    document.documentElement.style.setProperty('--sheet-foot', `${foot}px`)
  })
  useEffect(() => () => void document.documentElement.style.removeProperty('--sheet-foot'), [])
}

/** A button may leave with its step and take the focus along: it comes back, and Esc closes all the same. */
function useEscape(dialog: RefObject<HTMLDialogElement | null>, close: () => void): void {
  useLayoutEffect(() => {
    if (document.activeElement === document.body) {
      dialog.current?.querySelector('h2')?.focus({ preventScroll: true })
    }
  })
  const latest = useRef(close)
  latest.current = close
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const { activeElement: here, body } = document
      const isHere = here === body || dialog.current?.contains(here)
      if (event.key === 'Escape' && !event.defaultPrevented && isHere) latest.current()
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [])
}

function useSwipeDown(dialog: RefObject<HTMLDialogElement | null>, close: () => void) {
  const from = useRef<number | null>(null)
  const move = (px: number) =>
    dialog.current?.style.setProperty('translate', px > 0 ? `0 ${px}px` : '')
  return {
    onPointerDown: (event: PointerEvent) => {
      const onButton = event.target instanceof Element && event.target.closest('button') !== null
      from.current = onButton || matchMedia(paneFrom).matches ? null : event.clientY
    },
    onPointerMove: (event: PointerEvent) => {
      if (from.current === null) return
      if (event.currentTarget instanceof Element)
        event.currentTarget.setPointerCapture(event.pointerId)
      move(event.clientY - from.current)
    },
    onPointerUp: (event: PointerEvent) => {
      const px = from.current === null ? 0 : event.clientY - from.current
      from.current = null
      move(0)
      if (px > swipePx) close()
    },
    onPointerCancel: () => {
      from.current = null
      move(0)
    },
  }
}
