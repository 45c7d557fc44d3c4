import { useState } from 'preact/hooks'
import { passwordMin } from '../../shared/limits.ts'
import { call } from '../api/http.ts'
import { asRefused, type Refused } from '../api/refused.ts'
import { resetPassword } from '../api/session.ts'
import { go, query } from '../router.ts'
import { Button, LinkButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { sentence } from '../ui/refusal.ts'
import { rich } from '../ui/rich.tsx'
import { Strip } from '../ui/states.tsx'
import { lookAtFault, useBusy } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { Door } from './door.tsx'
import { isEmail } from './email.ts'
import { PasswordField } from './password-field.tsx'

function Said({ refused }: { refused: Refused | null }) {
  if (refused === null || refused.errors.length > 0) return null
  return (
    <Strip tone="bad" icon="alert" alert>
      {rich(sentence(refused))}
    </Strip>
  )
}

/** Asks for a link. The answer is the same whether the address is known or not. */
export function ForgotPage() {
  const [email, setEmail] = useState('')
  const [tried, setTried] = useState(false)
  const [sent, setSent] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [busy, run] = useBusy((thrown) => {
    setRefused(asRefused(thrown))
    lookAtFault(document.forms[0] ?? null)
  })
  const wrong = !isEmail(email)

  const send = () => {
    setTried(true)
    setRefused(null)
    if (wrong) return
    run(async () => {
      await call('POST', '/passwords/forgotten', { body: { email: email.trim() } })
      setSent(true)
    })
  }

  if (sent) {
    return (
      <Door title={t('password.sent')} onSubmit={() => go('/sign-in')}>
        <p class="quiet">{t('password.sent.help', { email: email.trim() })}</p>
        <LinkButton href="/sign-in" wide>
          {t('sign.in')}
        </LinkButton>
      </Door>
    )
  }
  return (
    <Door title={t('password.title')} onSubmit={send}>
      <Said refused={refused} />
      <Field
        label={t('email')}
        type="email"
        autocomplete="username"
        value={email}
        error={refused?.field('email') ?? (tried && wrong ? t('need.email') : undefined)}
        onInput={(event) => setEmail(event.currentTarget.value)}
      />
      <Button wide type="submit" busy={busy && t('sending')}>
        {t('password.send')}
      </Button>
      <a class="btn bare" href="/sign-in">
        {t('back')}
      </a>
    </Door>
  )
}

/** The mailed link leads here, with its token in the address. */
export function ResetPage() {
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [busy, run] = useBusy((thrown) => {
    setRefused(asRefused(thrown))
    lookAtFault(document.forms[0] ?? null)
  })
  const token = query.value.get('token') ?? ''
  const dead = refused?.code === 'GONE' || refused?.code === 'NOT_FOUND' || refused?.field('token')

  const save = () => {
    setTried(true)
    setRefused(null)
    if (password.length < passwordMin) return
    run(async () => {
      await resetPassword(token, password)
      go('/', { replace: true })
    })
  }

  const short = tried && password.length < passwordMin
  return (
    <Door title={t('password.title')} onSubmit={save}>
      {dead || token === '' ? (
        <>
          <p class="quiet">{t('password.dead')}</p>
          <LinkButton href="/forgot" wide>
            {t('password.send')}
          </LinkButton>
        </>
      ) : (
        <>
          <Said refused={refused} />
          <PasswordField
            fresh
            value={password}
            error={
              refused?.field('password') ??
              (short ? t('password.short', { n: passwordMin }) : undefined)
            }
            onInput={setPassword}
          />
          <Button wide type="submit" busy={busy && t('saving')}>
            {t('password.save')}
          </Button>
        </>
      )}
    </Door>
  )
}
