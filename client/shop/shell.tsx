import type { ComponentChildren } from 'preact'
import type { Refused } from '../api/refused.ts'
import { me } from '../api/session.ts'
import { path, query } from '../router.ts'
import { Tally } from '../ui/badge.tsx'
import { Brand } from '../ui/brand.tsx'
import { LinkButton } from '../ui/button.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { usePage } from '../ui/page.ts'
import { Face } from '../ui/pic.tsx'
import { Empty, Failed } from '../ui/states.tsx'
import { type Count, liveShow, shop, toPack, useDesk } from './desk.ts'
import { t } from './words.ts'

export type Place =
  | 'orders'
  | 'products'
  | 'stock'
  | 'shows'
  | 'codes'
  | 'affiliates'
  | 'settings'
  | 'proof'
  | 'disputes'

const places: { at: Place; href: string; icon: IconName }[] = [
  { at: 'orders', href: '/shop', icon: 'receipt' },
  { at: 'products', href: '/shop/products', icon: 'tag' },
  { at: 'stock', href: '/shop/stock', icon: 'box' },
  { at: 'shows', href: '/shop/shows', icon: 'play' },
  { at: 'codes', href: '/shop/codes', icon: 'percent' },
  { at: 'affiliates', href: '/shop/affiliates', icon: 'users' },
  { at: 'settings', href: '/shop/settings', icon: 'gear' },
]
/** For whoever runs the house. */
const houses: typeof places = [
  { at: 'disputes', href: '/shop/disputes', icon: 'question' },
  { at: 'proof', href: '/shop/proof', icon: 'shield' },
]

/** The window that every page of the desk stands in: ways at the start, the page beside. */
export function Desk(props: { at: Place; title: string; children: ComponentChildren }) {
  usePage(props.title, 'shop')
  useDesk()
  return (
    <>
      <Ways at={props.at} />
      <main>{props.children}</main>
    </>
  )
}

function Ways({ at }: { at: Place }) {
  const name = me.value?.account.displayName ?? ''
  const called = shop.value?.name.trim()
  const isAdmin = me.value?.account.kind === 'admin'
  return (
    <nav class="side-nav" aria-label={t('nav.label')}>
      <Brand word={called === undefined || called === '' ? 'Vitrine' : called} />
      {[...places, ...(isAdmin ? houses : [])].map((place) => (
        <a key={place.at} href={place.href} aria-current={place.at === at ? 'page' : undefined}>
          <Icon name={place.icon} />
          {t(place.at)}
          {place.at === 'orders' && <ToPack />}
        </a>
      ))}
      <a class="end" href="/account">
        <Face name={name} small />
        <span>
          <b>{name}</b>
          <br />
          <span class="quiet">{t('owner')}</span>
        </span>
      </a>
    </nav>
  )
}

/** How many parcels wait, beside the word. */
export const ToPack = () => <Waiting of={toPack.value} word={t('tab.to-pack')} />

/** How many of something wait for the shop. */
export function Waiting({ of, word }: { of: Count | null; word: string }) {
  if (of === null || of.n === 0) return null
  return (
    <>
      {' '}
      {of.more ? <span class="tally num">{of.n - 1}+</span> : <Tally n={of.n} />}
      <span class="sr"> {word}</span>
    </>
  )
}

/** Title, the show that runs, and what can be done here. */
export function PageTop(props: {
  title: string
  back?: string | undefined
  children?: ComponentChildren
}) {
  return (
    <div class="page-top">
      {props.back !== undefined && (
        <LinkButton
          kind="bare"
          size="desk"
          icon="left"
          class="back-to"
          href={props.back}
          aria-label={t('back')}
        />
      )}
      <h1 class="one-line">{props.title}</h1>
      <LiveBadge />
      {props.children !== undefined && <span class="push">{props.children}</span>}
    </div>
  )
}

function LiveBadge() {
  const show = liveShow.value
  if (show === null) return null
  const away = show.status === 'interrupted'
  return (
    <a class={`badge ${away ? 'bad' : 'live'} on-now`} href={`/studio/${show.id}`}>
      <span class="one-line">{t(away ? 'live.away' : 'live.now', { title: show.title })}</span>
    </a>
  )
}

/** Nobody is signed in: the way to the door, and back to this very page. */
export function SignInFirst({ alone = false }) {
  const back = query.value.size > 0 ? `${path.value}?${query.value}` : path.value
  return (
    <Empty alone={alone} icon="lock" title={t('sign.in.first')} help={t('sign.in.help')}>
      <LinkButton href={`/sign-in?back=${encodeURIComponent(back)}`}>{t('sign.in')}</LinkButton>
    </Empty>
  )
}

/** Why something is not here: signed out meanwhile, not ours, or a fault that can be tried again. */
export function NotHere(props: {
  refused: Refused
  title: string
  none?: string
  again: () => void
}) {
  const { code, reference } = props.refused
  if (code === 'UNAUTHENTICATED') return <SignInFirst />
  if (props.none !== undefined && (code === 'NOT_FOUND' || code === 'VALIDATION')) {
    return <Empty icon="search" title={props.none} />
  }
  return <Failed title={props.title} reference={reference} retry={props.again} />
}
