import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'
import { rich } from './rich.tsx'

export type Toast = {
  /** What happened, `**strong**` first. */
  text: string
  icon?: IconName
  tone?: 'ok' | 'no' | 'time' | 'plain'
  action?: { label: string; run: () => void }
  /** Longer than the usual 5 s (8 s with an action); Undo stays 10 s. */
  stayMs?: number
}

const current = signal<(Toast & { id: number }) | null>(null)
let made = 0

/** One at a time: the newest replaces the one before. */
export function toast(told: Toast): void {
  made += 1
  current.value = { ...told, id: made }
}

/** What it spoke of is over, or was answered. */
export function dropToast(): void {
  current.value = null
}

/** Where toasts appear: above the bar on phones, the lower start corner on desks. */
export function ToastPlace() {
  const told = current.value
  return (
    <div class="toast-place">
      <div role="status">
        {told !== null && told.tone !== 'no' && <Shown key={told.id} told={told} />}
      </div>
      <div role="alert">
        {told !== null && told.tone === 'no' && <Shown key={told.id} told={told} />}
      </div>
    </div>
  )
}

function Shown({ told }: { told: Toast }) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const stayMs = told.stayMs ?? (told.action === undefined ? 5_000 : 8_000)
  const stay = () => clearTimeout(timer.current)
  const leaveLater = () => {
    stay()
    timer.current = setTimeout(dropToast, stayMs)
  }
  useEffect(() => {
    leaveLater()
    return stay
  }, [])
  const icon = told.icon ?? (told.tone === 'ok' ? 'check' : 'info')
  return (
    <div
      class="toast"
      onMouseEnter={stay}
      onMouseLeave={leaveLater}
      onFocusIn={stay}
      onFocusOut={leaveLater}
    >
      <Icon name={icon} class={told.tone === 'plain' ? '' : (told.tone ?? '')} />
      <span>{rich(told.text)}</span>
      {told.action !== undefined && (
        <button
          type="button"
          class="act"
          onClick={() => {
            dropToast()
            told.action?.run()
          }}
        >
          {told.action.label}
        </button>
      )}
    </div>
  )
}
