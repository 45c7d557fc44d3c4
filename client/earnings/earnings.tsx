import { useState } from 'preact/hooks'
import type { AffiliateSums, Partnership } from '../../shared/wire/affiliates.ts'
import { call } from '../api/http.ts'
import { me, signedIn } from '../api/session.ts'
import { Badge } from '../ui/badge.tsx'
import { Brand } from '../ui/brand.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { useFocusKept } from '../ui/focus.ts'
import { LinkBox } from '../ui/link-box.tsx'
import { count, money, rateWords } from '../ui/money.ts'
import { More } from '../ui/more.tsx'
import { usePage } from '../ui/page.ts'
import { tellRefused } from '../ui/refusal.ts'
import { Empty, Failed, Loading } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { useAsked, useBusy } from '../ui/use.ts'
import { t as common } from '../ui/words.ts'
import { Months, Orders, Payouts, ShowLinks } from './lists.tsx'
import { t } from './words.ts'
import '../door/door.css'
import './earnings.css'

/** What somebody's links brought: shop by shop. */
export function EarningsPage() {
  usePage(t('earnings'))
  return (
    <>
      <header class="desk-top">
        <Brand />
        <h1>{t('earnings')}</h1>
      </header>
      <main class="account earnings">
        {me.value === undefined ? (
          <Loading />
        ) : signedIn.value ? (
          <Partnerships />
        ) : (
          <Empty icon="lock" title={t('sign.in')}>
            <LinkButton href="/sign-in?back=/earnings">{common('sign.in')}</LinkButton>
          </Empty>
        )}
      </main>
    </>
  )
}

const read = (cursor?: string) =>
  call('GET', '/me/affiliates', { query: cursor === undefined ? {} : { cursor } })

function Partnerships() {
  const { value, refused, again, set } = useAsked(() => read(), [])
  if (value === undefined) {
    if (refused === undefined) return <Loading />
    return <Failed title={t('failed')} reference={refused.reference} retry={again} />
  }
  const { items, nextCursor } = value
  if (items.length === 0) {
    return (
      <Empty icon="percent" title={t('none')} help={t('none.help')}>
        <LinkButton href="/">{common('to.lobby')}</LinkButton>
      </Empty>
    )
  }
  const put = (now: Partnership) =>
    set({ ...value, items: items.map((one) => (one.id === now.id ? now : one)) })
  const showMore = async () => {
    const page = await read(nextCursor ?? undefined)
    set({ items: [...items, ...page.items], nextCursor: page.nextCursor })
  }
  return (
    <>
      {items.map((one) => (
        <Shop key={one.id} partnership={one} onChange={put} />
      ))}
      {nextCursor !== null && <More showMore={showMore} />}
    </>
  )
}

type ShopProps = { partnership: Partnership; onChange: (now: Partnership) => void }

function Shop({ partnership, onChange }: ShopProps) {
  const { id, merchant, code, rateBps, endedAt, sums } = partnership
  const isOn = endedAt === null
  const place = useFocusKept<HTMLElement>(isOn)
  return (
    <section ref={place} aria-labelledby={id} tabIndex={-1}>
      <header>
        <h2 id={id}>
          <bdi>{merchant.name}</bdi>
        </h2>
        <span class="push quiet small">
          {isOn ? t('rate', { rate: rateWords(rateBps) }) : <Badge>{t('over')}</Badge>}
        </span>
      </header>
      <div class="inside">
        {sums.length === 0 ? (
          <p class="quiet">{t('no.orders')}</p>
        ) : (
          sums.map((of) => <Figures key={of.sold.currency} of={of} />)
        )}
        {isOn && (
          <LinkBox
            label={t('link', { shop: merchant.name })}
            help={t('link.help')}
            link={`${location.origin}/h/${merchant.id}?via=${code}`}
          />
        )}
        {isOn && <ShowLinks merchantId={merchant.id} code={code} />}
        <Months of={partnership} />
        <Orders of={partnership} />
        <Payouts of={partnership} />
        {isOn && <Leave partnership={partnership} onChange={onChange} />}
      </div>
    </section>
  )
}

function Figures({
  of: { orders, earned, back, waiting, owed, paid, over },
}: {
  of: AffiliateSums
}) {
  const figures = [
    { name: 'owed', value: money(owed) },
    { name: 'waiting', value: money(waiting) },
    { name: 'paid', value: money(paid) },
    { name: 'earned', value: money(earned) },
    { name: 'back', value: money(back) },
    ...(over.amount > 0 ? [{ name: 'over', value: money(over) } as const] : []),
    { name: 'orders', value: count(orders) },
  ] as const
  return (
    <>
      <dl class="earned-figures">
        {figures.map(({ name, value }) => (
          <div key={name}>
            <dt>{t(`figure.${name}`)}</dt>
            <dd class="num">{value}</dd>
          </div>
        ))}
      </dl>
      {over.amount > 0 && <p class="quiet small">{t('over.why')}</p>}
      {waiting.amount > 0 && <p class="quiet small">{t('waits.why')}</p>}
    </>
  )
}

/** Asks once, in place. */
function Leave({ partnership: { id, merchant }, onChange }: ShopProps) {
  const [asking, setAsking] = useState(false)
  const place = useFocusKept(asking)
  const [busy, run] = useBusy(tellRefused)
  const words = { shop: merchant.name }
  const leave = () =>
    run(async () => {
      onChange(await call('POST', '/me/affiliates/:id/end', { params: { id } }))
      toast({ text: t('left', words), tone: 'ok' })
    })
  if (!asking) {
    return (
      <div ref={place}>
        <Button
          kind="quiet-btn"
          size="desk"
          aria-label={t('leave.label', words)}
          onClick={() => setAsking(true)}
        >
          {t('leave')}
        </Button>
      </div>
    )
  }
  return (
    <div ref={place} class="earned-ask" role="alertdialog" aria-label={t('leave.label', words)}>
      <p>{t('leave.ask')}</p>
      <span class="row">
        <Button kind="quiet-btn" size="desk" onClick={() => setAsking(false)}>
          {t('leave.no')}
        </Button>
        <Button kind="stop" size="desk" busy={busy && t('leaving')} onClick={leave}>
          {t('leave.yes', words)}
        </Button>
      </span>
    </div>
  )
}
