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
import { liveShow, shop, toPack, useDesk } from './desk.ts'
import { t } from './words.ts'

export type Place = 'orders' | 'products' | 'stock' | 'shows' | 'settings'

const places: { at: Place; href: string; icon: IconName }[] = [
  { at: 'orders', href: '/shop', icon: 'receipt' },
  { at: 'products', href: '/shop/products', icon: 'tag' },
  { at: 'stock', href: '/shop/stock', icon: 'box' },
  { at: 'shows', href: '/shop/shows', icon: 'play' },
  { at: 'settings', href: '/shop/settings', icon: 'gear' },
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
  return (
    <nav class="side-nav" aria-label={t('nav.label')}>
      <Brand word={called === undefined || called === '' ? 'Vitrine' : called} />
      {places.map((place) => (
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
export function ToPack() {
  const waiting = toPack.value
  if (waiting === null || waiting.n === 0) return null
  return (
    <>
      {' '}
      {waiting.more ? <span class="tally num">{waiting.n - 1}+</span> : <Tally n={waiting.n} />}
      <span class="sr"> {t('tab.to-pack')}</span>
    </>
  )
}

/** Title, the show that runs, and what can be done here. */
export function PageTop(props: { title: string; back?: string; children?: ComponentChildren }) {
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
  return (
    <a class="badge live" href={`/studio/${show.id}`}>
      <span class="one-line">{t('live.now', { title: show.title })}</span>
    </a>
  )
}

export function Search(props: {
  label: string
  hint: string
  value: string
  onChange: (value: string) => void
}) {
  return (
    <label class="search">
      <span class="sr">{props.label}</span>
      <Icon name="search" size="md" />
      <input
        class="input desk"
        type="search"
        placeholder={props.hint}
        value={props.value}
        onInput={(event) => props.onChange(event.currentTarget.value)}
      />
    </label>
  )
}

export type Segment = { value: string; label: string; aside?: ComponentChildren }

/** Which part of a list is shown; arrow keys turn to the next. */
export function Segments(props: {
  label: string
  segments: Segment[]
  value: string
  onChoose: (value: string) => void
}) {
  const turn = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const forward = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1
    const by = { ArrowRight: forward, ArrowLeft: -forward }[event.key]
    if (by === undefined) return
    event.preventDefault()
    const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')]
    const at = tabs.indexOf(document.activeElement as HTMLElement)
    const next = tabs[(at + by + tabs.length) % tabs.length]
    next?.focus()
    next?.click()
  }
  return (
    <div class="seg" role="tablist" aria-label={props.label} onKeyDown={turn}>
      {props.segments.map(({ value, label, aside }) => (
        <button
          key={value}
          type="button"
          role="tab"
          aria-selected={value === props.value}
          tabIndex={value === props.value ? 0 : -1}
          onClick={() => props.onChoose(value)}
        >
          {label}
          {aside}
        </button>
      ))}
    </div>
  )
}

/** Nobody is signed in: the way to the door, and back to this very page. */
export function SignInFirst() {
  const back = query.value.size > 0 ? `${path.value}?${query.value}` : path.value
  return (
    <Empty icon="lock" title={t('sign.in.first')} help={t('sign.in.help')}>
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
