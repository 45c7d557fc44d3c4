import { useState } from 'preact/hooks'
import { call } from '../api/http.ts'
import type { PageProps } from '../app.tsx'
import { Awning } from '../ui/brand.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { usePage } from '../ui/page.ts'
import { tellRefused } from '../ui/refusal.ts'
import { Failed, Loading } from '../ui/states.tsx'
import { useAsked, useBusy } from '../ui/use.ts'
import { t as common } from '../ui/words.ts'
import { t } from './words.ts'
import './host.css'

/** Where the link of a letter leads: it asks before it ends anything, because mail programs open links too. */
export function LetterPage({ params }: PageProps) {
  const token = params['token'] ?? ''
  const { value, refused, again } = useAsked(
    () => call('GET', '/letters/:token', { params: { token } }),
    [token],
  )
  usePage(t('end.do'))
  if (value === undefined) {
    if (refused === undefined) return <Loading />
    if (refused.code === 'VALIDATION') return <Over />
    return <Failed title={t('end.failed')} reference={refused.reference} retry={again} alone />
  }
  return value.host === null ? <Over /> : <Ask host={value.host.displayName} token={token} />
}

function Ask({ host, token }: { host: string; token: string }) {
  const [ended, setEnded] = useState(false)
  const [busy, run] = useBusy(tellRefused)
  const end = () =>
    run(async () => {
      await call('DELETE', '/letters/:token', { params: { token } })
      setEnded(true)
    })
  return (
    <main class="letter-end">
      <Awning />
      <h1>{t(ended ? 'end.done' : 'end.ask', { host })}</h1>
      <p role="status">{t(ended ? 'end.done.help' : 'end.help')}</p>
      {ended ? (
        <LinkButton href="/">{common('to.lobby')}</LinkButton>
      ) : (
        <span class="row">
          <LinkButton kind="quiet-btn" href="/">
            {t('end.keep')}
          </LinkButton>
          <Button busy={busy && t('end.doing')} onClick={end}>
            {t('end.do')}
          </Button>
        </span>
      )}
    </main>
  )
}

function Over() {
  return (
    <main class="letter-end">
      <Awning />
      <h1>{t('end.over')}</h1>
      <p>{t('end.over.help')}</p>
      <LinkButton href="/">{common('to.lobby')}</LinkButton>
    </main>
  )
}
