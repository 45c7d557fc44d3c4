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
import { lookAtFault, useBusy } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { placeBack } from './back.ts'
import { Door } from './door.tsx'
import { isEmail } from './email.ts'
import { PasswordField } from './password-field.tsx'

const backPath = () => placeBack(query.value.get('back'), location.origin)

type Draft = { email: string; password: string; name: string }

/** What is missing before anything is sent, by field. */
function missing({ email, password, name }: Draft, joining: boolean): Partial<Draft> {
  const wrong: Partial<Draft> = {}
  if (!isEmail(email)) wrong.email = t('need.email')
  if (joining && password.length < passwordMin) {
    wrong.password = t('password.short', { n: passwordMin })
  } else if (password === '') wrong.password = t('need.field')
  if (joining && name.trim() === '') wrong.name = t('need.field')
  return wrong
}

/** What the server refused, by field; `said` is for what belongs to none. */
function refusedFields(
  refused: Refused | null,
  joining: boolean,
): Partial<Draft> & { said?: string } {
  if (refused === null) return {}
  if (!joining && refused.code === 'UNAUTHENTICATED') return { password: t('sign.in.bad') }
  if (joining && refused.code === 'CONFLICT') return { email: t('sign.up.taken') }
  const email = refused.field('email')
  const password = refused.field('password')
  const name = refused.field('displayName')
  return {
    ...(email === undefined ? {} : { email }),
    ...(password === undefined ? {} : { password }),
    ...(name === undefined ? {} : { name }),
    ...(refused.errors.length > 0 ? {} : { said: sentence(refused) }),
  }
}

/** Signing in and opening an account are one page: nothing typed is lost in between. */
export function SignInPage() {
  const [joining, setJoining] = useState(query.value.has('new'))
  const [draft, setDraft] = useState<Draft>({ email: '', password: '', name: '' })
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [busy, run] = useBusy((thrown) => {
    setRefused(asRefused(thrown))
    lookAtFault(document.forms[0] ?? null)
  })
  const wrong = missing(draft, joining)
  const errors = { ...(tried ? wrong : {}), ...refusedFields(refused, joining) }
  const type = (field: keyof Draft) => (value: string) => setDraft({ ...draft, [field]: value })

  const enter = () => {
    setTried(true)
    setRefused(null)
    if (Object.keys(wrong).length > 0) return
    run(async () => {
      const email = draft.email.trim()
      if (joining) await signUp(email, draft.password, draft.name.trim())
      else await signIn(email, draft.password)
      go(backPath(), { replace: true })
    })
  }
  const other = () => {
    setJoining(!joining)
    setTried(false)
    setRefused(null)
  }
  const watching = /^\/(s|embed)\//.test(backPath())
  const title = joining ? 'sign.up.title' : watching ? 'sign.in.title' : 'sign.in'

  return (
    <Door title={t(title)} onSubmit={enter}>
      {errors.said !== undefined && (
        <Strip tone="bad" icon="alert" alert>
          {rich(errors.said)}
        </Strip>
      )}
      <Fields draft={draft} joining={joining} errors={errors} type={type} />
      <Button wide type="submit" busy={busy && t('entering')}>
        {t(joining ? 'sign.up' : 'sign.in')}
      </Button>
      <div class="row">
        {!joining && (
          <a class="btn bare" href="/forgot">
            {t('password.forgot')}
          </a>
        )}
        <Button kind="bare" class="push" onClick={other}>
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

type FieldsProps = {
  draft: Draft
  joining: boolean
  errors: Partial<Draft>
  type: (field: keyof Draft) => (value: string) => void
}

function Fields({ draft, joining, errors, type }: FieldsProps) {
  return (
    <>
      {joining && (
        <Field
          label={t('name.shown')}
          help={t('name.help')}
          autocomplete="nickname"
          maxLength={displayNameMax}
          value={draft.name}
          error={errors.name}
          onInput={(event) => type('name')(event.currentTarget.value)}
        />
      )}
      <Field
        label={t('email')}
        type="email"
        autocomplete="username"
        value={draft.email}
        error={errors.email}
        onInput={(event) => type('email')(event.currentTarget.value)}
      />
      <PasswordField
        fresh={joining}
        value={draft.password}
        error={errors.password}
        onInput={type('password')}
      />
    </>
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
