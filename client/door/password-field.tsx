import { useState } from 'preact/hooks'
import { passwordMax, passwordMin } from '../../shared/limits.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { t } from '../ui/words.ts'

type Props = {
  /** A new password, not one to be recognised. */
  fresh?: boolean
  value: string
  error?: string | undefined
  onInput: (value: string) => void
}

/** Can be shown, can be pasted; password managers know which one it is. */
export function PasswordField({ fresh = false, value, error, onInput }: Props) {
  const [shown, setShown] = useState(false)
  return (
    <Field
      label={t(fresh ? 'password.new' : 'password')}
      type={shown ? 'text' : 'password'}
      autocomplete={fresh ? 'new-password' : 'current-password'}
      spellcheck={false}
      maxLength={passwordMax}
      help={fresh ? t('password.help', { n: passwordMin }) : undefined}
      value={value}
      error={error}
      onInput={(event) => onInput(event.currentTarget.value)}
      after={
        <Button
          kind="bare"
          icon="eye"
          aria-label={t(shown ? 'password.hide' : 'password.show')}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        />
      }
    />
  )
}
