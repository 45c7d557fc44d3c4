import type { AffiliateOffer } from '../../shared/wire/affiliates.ts'
import { call } from '../api/http.ts'
import { me, signedIn } from '../api/session.ts'
import type { PageProps } from '../app.tsx'
import { go, path } from '../router.ts'
import { Awning } from '../ui/brand.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { rateWords } from '../ui/money.ts'
import { usePage } from '../ui/page.ts'
import { tellRefused } from '../ui/refusal.ts'
import { Failed, Loading } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { useAsked, useBusy } from '../ui/use.ts'
import { t as common } from '../ui/words.ts'
import { t } from './words.ts'
import '../host/host.css'

/** The way in to a shop that is open, by its page (`id`), or by an invitation (`token`). */
export function JoinPage({ params: { id, token } }: PageProps) {
  const read = async (): Promise<AffiliateOffer | null> => {
    if (token !== undefined) {
      return call('GET', '/affiliates/invitations/:token', { params: { token } })
    }
    return (await call('GET', '/hosts/:id/affiliates', { params: { id: id ?? '' } })).offer
  }
  const { value, refused, again } = useAsked(read, [id, token])
  usePage(t('join'))
  if (value === undefined) {
    if (refused === undefined) return <Loading />
    if (refused.code === 'NOT_FOUND' || refused.code === 'VALIDATION') {
      return <Closed invited={token !== undefined} />
    }
    return <Failed title={t('join.failed')} reference={refused.reference} retry={again} alone />
  }
  if (value === null) return <Closed invited={false} />
  return <Offer offer={value} by={token === undefined ? { merchantId: id ?? '' } : { token }} />
}

type By = { merchantId: string } | { token: string }

function Offer({ offer: { merchant, rateBps }, by }: { offer: AffiliateOffer; by: By }) {
  const [busy, run] = useBusy(tellRefused)
  const join = () =>
    run(async () => {
      await call('POST', '/affiliates', { body: by })
      toast({ text: t('join.done'), tone: 'ok' })
      go('/earnings')
    })
  return (
    <main class="letter-end">
      <Awning />
      <h1>{t('join.title', { shop: merchant.name })}</h1>
      <p>
        <b>{t('join.says', { rate: rateWords(rateBps) })}</b> {t('join.help')}
      </p>
      <span class="row">
        <LinkButton kind="quiet-btn" href={`/h/${merchant.id}`}>
          {t('join.look')}
        </LinkButton>
        {me.value === undefined ? null : signedIn.value ? (
          <Button busy={busy && t('joining')} onClick={join}>
            {t('join')}
          </Button>
        ) : (
          <LinkButton href={`/sign-in?back=${encodeURIComponent(path.value)}`}>
            {t('join.sign.in')}
          </LinkButton>
        )}
      </span>
    </main>
  )
}

function Closed({ invited }: { invited: boolean }) {
  return (
    <main class="letter-end">
      <Awning />
      <h1>{t(invited ? 'join.over' : 'join.none')}</h1>
      {invited && <p>{t('join.over.help')}</p>}
      <LinkButton href="/">{common('to.lobby')}</LinkButton>
    </main>
  )
}
