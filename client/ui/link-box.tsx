import { useState } from 'preact/hooks'
import { Button } from './button.tsx'
import { speaker } from './speak.ts'
import { toast } from './toast.tsx'

const t = speaker({
  'copy.of': 'Copy: {what}',
  copied: '**Copied.**',
  not: 'The browser did not copy. Mark it and copy it yourself.',
  show: 'Show',
  hide: 'Hide',
} as const)

type Props = {
  label: string
  help?: string
  /** What is copied: a link, a key, a line of code. */
  link: string
  copied?: string
  /** Covered until somebody wants to see it: people share their screens. */
  secret?: boolean
}

/** Text to take along: marked by a click, copied by the button. */
export function LinkBox({ label, help, link, copied = t('copied'), secret = false }: Props) {
  const [covered, setCovered] = useState(secret)
  const copy = () => {
    navigator.clipboard.writeText(link).then(
      () => toast({ text: copied, tone: 'ok' }),
      () => toast({ text: t('not'), tone: 'no' }),
    )
  }
  const box = {
    class: 'input',
    readOnly: true,
    dir: 'ltr' as const,
    autocomplete: 'off' as const,
    'aria-label': label,
    value: link,
    onFocus: (event: { currentTarget: HTMLInputElement }) => event.currentTarget.select(),
  }
  return (
    <div class="field">
      <span class="label">{label}</span>
      <div class="row link-box">
        {covered ? <input {...box} type="password" /> : <input {...box} type="text" />}
        {secret && (
          <Button
            kind="quiet-btn"
            icon="eye"
            aria-pressed={!covered}
            aria-label={`${t(covered ? 'show' : 'hide')}: ${label}`}
            onClick={() => setCovered(!covered)}
          />
        )}
        <Button kind="soft" icon="link" aria-label={t('copy.of', { what: label })} onClick={copy} />
      </div>
      {help !== undefined && <span class="help">{help}</span>}
    </div>
  )
}
