import { useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { useFocusKept } from '../ui/focus.ts'
import { useBusy } from '../ui/use.ts'
import { tell } from './tell.ts'

type Props = {
  /** What the button says at first. */
  act: string
  /** The same with what it is done to, for those who hear the page. */
  label?: string
  ask: string
  yes: string
  no: string
  busy: string
  run: () => Promise<void>
}

/** What cannot be taken back: asks once, in place. */
export function AskOnce({ act, label = act, ask, yes, no, busy: doing, run: does }: Props) {
  const [asking, setAsking] = useState(false)
  const place = useFocusKept<HTMLSpanElement>(asking)
  const [busy, run] = useBusy(tell)
  if (!asking) {
    return (
      <span ref={place}>
        <Button kind="stop-quiet" size="desk" aria-label={label} onClick={() => setAsking(true)}>
          {act}
        </Button>
      </span>
    )
  }
  return (
    <span ref={place} class="ask-once" role="alertdialog" aria-label={label}>
      <span>{ask}</span>
      <Button kind="quiet-btn" size="desk" onClick={() => setAsking(false)}>
        {no}
      </Button>
      <Button kind="stop" size="desk" busy={busy && doing} onClick={() => run(does)}>
        {yes}
      </Button>
    </span>
  )
}
