import { type Dispatch, type StateUpdater, useRef, useState } from 'preact/hooks'
import { chatGraphemesMax } from '../../shared/limits.ts'
import { go } from '../router.ts'
import { Badge } from './badge.tsx'
import { Button } from './button.tsx'
import { useRest } from './clocks.tsx'
import { mutedWords } from './muted.ts'
import { t } from './words.ts'

/** The counter appears when this share of the room is used. */
const countFrom = 0.8

export type ComposerState = 'open' | 'signed-out' | 'offline'

type Props = {
  state: ComposerState
  /** The field stays closed until then. */
  mutedUntil?: string | null | undefined
  mutedFor?: string | null
  /** Somebody touches the field while they are muted: a long reason has no room in it. */
  onMuted?: () => void
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
  const { state, mutedUntil, mutedFor = null, glass = false } = props
  const [text, setText] = useState('')
  const muted = useRest(mutedUntil) > 0
  if (state === 'signed-out') return <SignIn path={props.signInPath ?? '/sign-in'} glass={glass} />
  const offline = state === 'offline' ? t('line.back') : null
  const why = muted && mutedUntil ? mutedSentence(mutedUntil, mutedFor) : null
  const touched = why === null ? undefined : props.onMuted
  return (
    <Writing {...props} closed={why ?? offline} onMuted={touched} text={text} setText={setText} />
  )
}

function mutedSentence(until: string, reason: string | null): string {
  const muted = mutedWords(until)
  return reason === null ? muted : t('muted.for', { muted, reason })
}

function SignIn({ path, glass }: { path: string; glass: boolean }) {
  return (
    <Button kind={glass ? 'glass' : 'quiet-btn'} wide class="say-field" onClick={() => go(path)}>
      {t('sign.in.chat')}
    </Button>
  )
}

type WritingProps = Omit<Props, 'onMuted'> & {
  onMuted: (() => void) | undefined
  /** Why nobody writes here now. */
  closed: string | null
  text: string
  setText: Dispatch<StateUpdater<string>>
}

/**
 * One field, open or closed: whoever writes keeps the focus and the phone's keyboard when the line
 * blinks, and what they go on typing is not taken for the page's single keys.
 */
function Writing({ waitUntil, glass = false, closed, ...props }: WritingProps) {
  const { placeholder = t('say'), onSend, setText } = props
  const text = closed === null ? props.text : ''
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const wait = Math.ceil(useRest(waitUntil) / 1000)
  const used = lengthOf(text)
  const over = used > chatGraphemesMax
  const ready = text.trim() !== '' && !over && wait === 0 && !busy

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    props.onMuted?.()
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
          placeholder={closed === null ? placeholder : ''}
          readOnly={closed !== null}
          aria-disabled={(closed !== null && props.onMuted === undefined) || undefined}
          enterkeyhint="send"
          autocomplete="off"
          value={text}
          aria-invalid={over || undefined}
          onClick={props.onMuted}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {closed !== null && (
          <span class="say-closed">
            <span class="two-lines">{closed}</span>
          </span>
        )}
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
