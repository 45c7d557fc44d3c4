import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import { go, match, path } from './router.ts'
import { Brand } from './ui/brand.tsx'
import { Button } from './ui/button.tsx'
import { Failed, Loading } from './ui/states.tsx'
import { t } from './ui/words.ts'

/** Each page is a chunk of its own: a viewer never loads the studio. */
export type PageProps = {
  params: Record<string, string>
  /** Has the page of this path here before anybody asks for it. */
  prepare: (at: string) => void
}
type Page = {
  pattern: string
  load: () => Promise<ComponentType<PageProps>>
  /** Here since it was prepared or shown. */
  View?: ComponentType<PageProps>
}

const pages: Page[] = [
  { pattern: '/', load: async () => (await import('./lobby/lobby.tsx')).LobbyPage },
  { pattern: '/s/:showId', load: async () => (await import('./watch/watch.tsx')).WatchPage },
  { pattern: '/embed/:showId', load: async () => (await import('./watch/watch.tsx')).WatchPage },
  {
    pattern: '/moderate/:showId/at',
    load: async () => (await import('./past/past.tsx')).PastPage,
  },
  { pattern: '/h/:id/join', load: async () => (await import('./earnings/join.tsx')).JoinPage },
  {
    pattern: '/affiliates/:token',
    load: async () => (await import('./earnings/join.tsx')).JoinPage,
  },
  {
    pattern: '/earnings',
    load: async () => (await import('./earnings/earnings.tsx')).EarningsPage,
  },
  { pattern: '/h/:id', load: async () => (await import('./host/host.tsx')).HostPage },
  {
    pattern: '/letters/:token',
    load: async () => (await import('./host/letter.tsx')).LetterPage,
  },
  { pattern: '/sign-in', load: async () => (await import('./door/sign-in.tsx')).SignInPage },
  { pattern: '/forgot', load: async () => (await import('./door/password.tsx')).ForgotPage },
  { pattern: '/reset', load: async () => (await import('./door/password.tsx')).ResetPage },
  { pattern: '/orders', load: async () => (await import('./orders/orders.tsx')).OrdersPage },
  { pattern: '/orders/:id', load: async () => (await import('./orders/order.tsx')).OrderPage },
  { pattern: '/account', load: async () => (await import('./door/account.tsx')).AccountPage },
]

/** The staff's rooms, each with a `page.tsx` that exports `Page`. */
const rooms = import.meta.glob<{ Page: ComponentType<PageProps> }>(
  './{studio,moderate,shop}/page.tsx',
)

for (const [pattern, file] of [
  ['/studio', './studio/page.tsx'],
  ['/studio/:showId', './studio/page.tsx'],
  ['/moderate/:showId', './moderate/page.tsx'],
  ['/shop/*', './shop/page.tsx'],
] as const) {
  const open = rooms[file]
  if (open !== undefined) pages.push({ pattern, load: async () => (await open()).Page })
}

type Found = { at: string; params: Record<string, string>; page: Page | null }

function find(at: string): Found {
  for (const page of pages) {
    const params = match(page.pattern, at)
    if (params !== null) return { at, params, page }
  }
  return { at, params: {}, page: null }
}

type Shown = { page: Page } | { failed: Page } | null

async function bring(page: Page): Promise<void> {
  page.View ??= await page.load()
}

function prepare(at: string): void {
  const { page } = find(at)
  if (page !== null) bring(page).catch(() => undefined) // whoever goes there asks again
}

export function App() {
  const shown = useSignal<Shown>(null)
  const found = find(path.value)
  const page = found.page

  useLayoutEffect(() => {
    if (page === null || page.View !== undefined) return
    let current = true
    bring(page).then(
      () => current && (shown.value = { page }),
      () => current && (shown.value = { failed: page }),
    )
    return () => {
      current = false
    }
  }, [page])

  if (page === null) return <NoPage />
  const now = shown.value
  if (page.View !== undefined) {
    return <page.View key={found.at} params={found.params} prepare={prepare} />
  }
  if (now !== null && 'failed' in now && now.failed === page) {
    return <Failed alone title={t('page.failed')} retry={() => location.reload()} />
  }
  return <Loading />
}

function NoPage() {
  return (
    <main class="state" style="min-block-size:100dvh;align-content:center">
      <Brand />
      <h1>{t('page.none')}</h1>
      <p>{t('page.none.help')}</p>
      <Button onClick={() => go('/')}>{t('to.lobby')}</Button>
    </main>
  )
}
