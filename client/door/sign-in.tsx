import { useState } from 'preact/hooks'
import { displayNameMax, passwordMin } from '../../shared/limits.ts'
import { asRefused, type Refused } from '../api/refused.ts'
import { ensureSession, signIn, signUp } from '../api/session.ts'
import { go, query } from '../router.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { sentence, tellRefused } from '../ui/refusal.ts'
import { rich } from '../ui/rich.tsx'
import { Strip } from '../ui/states.tsx'
import { useBusy } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { Door } from './door.tsx'
import { PasswordField } from './password-field.tsx'

/** Where one came from, if it is a place of ours. */
function backPath(): string {
  const back = query.value.get('back') ?? '/'
  return back.startsWith('/') && !back.startsWith('//') ? back : '/'
}

/** Signing in and opening an account are one page: nothing typed is lost in between. */
export function SignInPage() {
  const [joining, setJoining] = useState(query.value.has('new'))
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [busy, run] = useBusy()

  const errors = {
    email: tried && !/^\S+@\S+\.\S+$/.test(email.trim()) ? t('need.email') : undefined,
    password:
      tried && joining && password.length < passwordMin
        ? t('password.short', { n: passwordMin })
        : tried && password === ''
          ? t('need.field')
          : undefined,
    name: tried && joining && name.trim() === '' ? t('need.field') : undefined,
  }

  const enter = () => {
    setTried(true)
    setRefused(null)
    const wrong =
      !/^\S+@\S+\.\S+$/.test(email.trim()) ||
      password.length < (joining ? passwordMin : 1) ||
      (joining && name.trim() === '')
    if (wrong) return
    run(async () => {
      try {
        if (joining) await signUp(email.trim(), password, name.trim())
        else await signIn(email.trim(), password)
        go(backPath(), { replace: true })
      } catch (thrown) {
        setRefused(asRefused(thrown))
      }
    })
  }

  const mismatch = !joining && refused?.code === 'UNAUTHENTICATED'
  const taken = joining && refused?.code === 'CONFLICT'
  const said = refused !== null && !mismatch && !taken && refused.errors.length === 0
  const watching = backPath().startsWith('/s/')
  const title = joining ? 'sign.up.title' : watching ? 'sign.in.title' : 'sign.in'

  return (
    <Door title={t(title)} onSubmit={enter}>
      {said && (
        <Strip tone="bad" icon="alert" alert>
          {rich(sentence(refused))}
        </Strip>
      )}
      {joining && (
        <Field
          label={t('name.shown')}
          help={t('name.help')}
          autocomplete="nickname"
          maxLength={displayNameMax}
          value={name}
          error={refused?.field('displayName') ?? errors.name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      )}
      <Field
        label={t('email')}
        type="email"
        autocomplete="username"
        value={email}
        error={refused?.field('email') ?? (taken ? t('sign.up.taken') : errors.email)}
        onInput={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordField
        fresh={joining}
        value={password}
        error={refused?.field('password') ?? (mismatch ? t('sign.in.bad') : errors.password)}
        onInput={setPassword}
      />
      <Button wide type="submit" busy={busy && t('entering')}>
        {t(joining ? 'sign.up' : 'sign.in')}
      </Button>
      <div class="row">
        {!joining && (
          <a class="btn bare" href="/forgot">
            {t('password.new')}
          </a>
        )}
        <Button
          kind="bare"
          class="push"
          onClick={() => {
            setJoining(!joining)
            setTried(false)
            setRefused(null)
          }}
        >
          {t(joining ? 'sign.up.have' : 'sign.up')}
        </Button>
      </div>
      <p class="or">{t('or')}</p>
      <Button kind="quiet-btn" wide onClick={() => void asGuest()}>
        {t('guest.watch')}
      </Button>
      <p class="quiet small">{t('guest.help')}</p>
    </Door>
  )
}

async function asGuest(): Promise<void> {
  try {
    await ensureSession()
    go(backPath(), { replace: true })
  } catch (thrown) {
    tellRefused(thrown)
  }
}
