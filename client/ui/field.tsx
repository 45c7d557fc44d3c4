import type { ComponentChildren, InputHTMLAttributes } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'
import { useOwnId } from './own-id.ts'
import { useBusy } from './use.ts'

type InputProps = Pick<
  InputHTMLAttributes<HTMLInputElement>,
  | 'type'
  | 'name'
  | 'value'
  | 'placeholder'
  | 'autocomplete'
  | 'inputMode'
  | 'required'
  | 'disabled'
  | 'readOnly'
  | 'minLength'
  | 'maxLength'
  | 'min'
  | 'max'
  | 'step'
  | 'dir'
  | 'spellcheck'
  | 'onInput'
  | 'onChange'
  | 'onBlur'
  | 'onKeyDown'
>

type FieldProps = InputProps & {
  label: string
  help?: string | undefined
  /** Names the way out, not only the fault. */
  error?: string | undefined
  /** A sign inside the field, such as `$`. */
  unit?: string
  desk?: boolean
  /** Beside the field, inside its box: a "show" button. */
  after?: ComponentChildren
}

/** Label above, help below, error below with an icon; the reader's software hears both. */
export function Field({ label, help, error, unit, desk, after, ...input }: FieldProps) {
  const id = useOwnId()
  const described = error !== undefined ? `${id}e` : help !== undefined ? `${id}h` : undefined
  const attributes = {
    ...input,
    id,
    class: desk ? 'input desk' : 'input',
    'aria-invalid': error === undefined ? undefined : true,
    'aria-describedby': described,
  } as InputHTMLAttributes<HTMLInputElement>
  const box = <input {...attributes} />
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {unit !== undefined ? (
        <div class="with-unit">
          <span aria-hidden="true">{unit}</span>
          {box}
        </div>
      ) : after !== undefined ? (
        <div class="reveal">
          {box}
          {after}
        </div>
      ) : (
        box
      )}
      {help !== undefined && error === undefined && (
        <span class="help" id={`${id}h`}>
          {help}
        </span>
      )}
      {error !== undefined && <FieldError id={`${id}e`}>{error}</FieldError>}
    </div>
  )
}

export function FieldError({ id, children }: { id?: string; children: ComponentChildren }) {
  return (
    <p class="error" id={id}>
      <Icon name="alert" />
      <span>{children}</span>
    </p>
  )
}

type Option = { value: string; label: string; off?: boolean }

/** Up to five values side by side; what is gone is struck, not hidden. */
export function Choice(props: {
  label: string
  options: Option[]
  value: string
  onChoose: (value: string) => void
  desk?: boolean
}) {
  const { label, options, value, onChoose, desk } = props
  const open = options.filter((option) => !option.off)
  // What was chosen may be gone by now: the keyboard still has a way in.
  const stop = (open.find((option) => option.value === value) ?? open[0])?.value
  const step = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const forward = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1
    const keys = { ArrowRight: forward, ArrowDown: 1, ArrowLeft: -forward, ArrowUp: -1 }
    const by = keys[event.key as keyof typeof keys]
    if (by === undefined) return
    event.preventDefault()
    const at = open.findIndex((option) => option.value === value)
    const next = open[(at + by + open.length) % open.length]
    if (next === undefined) return
    onChoose(next.value)
    const group = event.currentTarget
    queueMicrotask(() => group.querySelector<HTMLElement>('[tabindex="0"]')?.focus())
  }
  return (
    <div
      class={desk ? 'choice desk' : 'choice'}
      role="radiogroup"
      aria-label={label}
      onKeyDown={step}
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={option.value === stop ? 0 : -1}
          disabled={option.off}
          onClick={() => onChoose(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  )
}

/** Two 44 buttons around a figure. The one pressed last keeps the focus, also when it can do no more. */
export function Stepper(props: {
  label: string
  value: number
  min?: number
  max: number
  less: string
  more: string
  onChange: (value: number) => void
  busy?: boolean
}) {
  const { label, value, min = 1, max, onChange, busy = false } = props
  const canLess = !busy && value > min
  const canMore = !busy && value < max
  return (
    <div class="stepper" role="group" aria-label={label}>
      <button
        type="button"
        aria-label={props.less}
        aria-disabled={!canLess}
        onClick={() => canLess && onChange(value - 1)}
      >
        <Icon name="minus" size="md" />
      </button>
      <output class="num">{value}</output>
      <button
        type="button"
        aria-label={props.more}
        aria-disabled={!canMore}
        onClick={() => canMore && onChange(value + 1)}
      >
        <Icon name="plus" size="md" />
      </button>
    </div>
  )
}

/** How long after an answer the log may take to say the same. */
const logMs = 1_000

/**
 * Acts at once; the log says so. Until it does it shows what is wanted, then what is true: a
 * refusal puts it back.
 */
export function Switch(props: {
  label: string
  on: boolean
  /** A promise is waited for; `false` is a refusal. */
  onChange: (on: boolean) => unknown
  disabled?: boolean
}) {
  const { label, on, onChange, disabled } = props
  const [wanted, setWanted] = useState<boolean | null>(null)
  const [busy, run] = useBusy()
  const shown = wanted ?? on
  const change = (next: boolean) => {
    const answer = onChange(next)
    if (!(answer instanceof Promise)) return
    setWanted(next)
    run(async () => {
      if ((await answer) === false) setWanted(null)
    })
  }
  useEffect(() => {
    if (wanted === null || busy) return
    const timer = setTimeout(() => setWanted(null), on === wanted ? 0 : logMs)
    return () => clearTimeout(timer)
  }, [wanted, busy, on])
  return (
    <input
      class="switch"
      type="checkbox"
      role="switch"
      aria-label={label}
      aria-busy={busy || undefined}
      checked={shown}
      disabled={disabled}
      onClick={(event) => busy && event.preventDefault()}
      onChange={(event) => change(event.currentTarget.checked)}
    />
  )
}
