import { type Dispatch, type StateUpdater, useRef, useState } from 'preact/hooks'
import { chatGraphemesMax } from '../../shared/limits.ts'
import { go } from '../router.ts'
import { Badge } from './badge.tsx'
import { Button } from './button.tsx'
import { useRest } from './clocks.tsx'
import { at } from './time.ts'
import { t } from './words.ts'

/** The counter appears when this share of the room is used. */
const countFrom = 0.8

export type ComposerState = 'open' | 'signed-out' | 'offline'

type Props = {
  state: ComposerState
  /** The field stays closed until then. */
  mutedUntil?: string | null | undefined
  /** The next message may go then; the text stays. */
  waitUntil?: number | null | undefined
  glass?: boolean
  placeholder?: string
  /** Where to come back to after signing in. */
  signInPath?: string
  /** Sends; what is refused stays in the field. Throws when refused. */
  onSend: (text: string) => Promise<void>
}

const graphemes = new Intl.Segmenter()

function lengthOf(text: string): number {
  return [...graphemes.segment(text)].length
}

/** Where one writes: open, slowed, muted, signed out, offline. What was written waits until it is open again. */
export function Composer(props: Props) {
  const { state, mutedUntil, glass = false } = props
  const [text, setText] = useState('')
  const muted = useRest(mutedUntil) > 0
  if (state === 'signed-out') return <SignIn path={props.signInPath ?? '/sign-in'} glass={glass} />
  if (muted && mutedUntil) {
    return <Closed glass={glass} label={t('muted.until', { time: at(mutedUntil) })} />
  }
  if (state === 'offline') return <Closed glass={glass} label={t('line.back')} />
  return <Open {...props} text={text} setText={setText} />
}

function SignIn({ path, glass }: { path: string; glass: boolean }) {
  return (
    <Button kind={glass ? 'glass' : 'quiet-btn'} wide class="say-field" onClick={() => go(path)}>
      {t('sign.in.chat')}
    </Button>
  )
}

function Closed({ glass, label }: { glass: boolean; label: string }) {
  return (
    <label class="say-field">
      <span class="sr">{t('say.label')}</span>
      <input class={glass ? 'input glass' : 'input'} disabled placeholder={label} />
    </label>
  )
}

type OpenProps = Props & { text: string; setText: Dispatch<StateUpdater<string>> }

function Open({ waitUntil, glass = false, placeholder, onSend, text, setText }: OpenProps) {
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const wait = Math.ceil(useRest(waitUntil) / 1000)
  const used = lengthOf(text)
  const over = used > chatGraphemesMax
  const ready = text.trim() !== '' && !over && wait === 0 && !busy

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (!ready) return
    const sent = text
    setBusy(true)
    setText('')
    try {
      await onSend(sent.trim())
    } catch {
      setText((since) => (since === '' ? sent : since)) // refused: the sender is told elsewhere
    } finally {
      setBusy(false)
      field.current?.focus()
    }
  }

  return (
    <form class="say-field say-form" onSubmit={(event) => void send(event)}>
      <label>
        <span class="sr">{t('say.label')}</span>
        <input
          ref={field}
          class={glass ? 'input glass' : 'input'}
          placeholder={placeholder ?? t('say')}
          enterkeyhint="send"
          autocomplete="off"
          value={text}
          aria-invalid={over || undefined}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {used >= chatGraphemesMax * countFrom && (
        <span class={over ? 'say-count num over' : 'say-count num'}>{chatGraphemesMax - used}</span>
      )}
      {wait > 0 && text !== '' && (
        <Badge tone="time" icon="clock">
          <span class="num">{wait} s</span>
        </Badge>
      )}
      {text.trim() !== '' && (
        <Button
          icon="send"
          type="submit"
          aria-label={wait > 0 ? t('send.in', { n: wait }) : t('send')}
          disabled={!ready}
        />
      )}
    </form>
  )
}
