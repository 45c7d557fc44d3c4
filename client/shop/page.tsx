import { useEffect } from 'preact/hooks'
import { me, signedIn } from '../api/session.ts'
import { go, path } from '../router.ts'
import { Brand } from '../ui/brand.tsx'
import { LinkButton } from '../ui/button.tsx'
import { usePage } from '../ui/page.ts'
import { Empty, Loading } from '../ui/states.tsx'
import { AffiliatesPage } from './affiliates/affiliates.tsx'
import { AffiliateTermsPage } from './affiliates/terms.tsx'
import { CodesPage } from './codes/codes.tsx'
import { NewCodePage } from './codes/new-code.tsx'
import { ConnectionsPage } from './connections/connections.tsx'
import { NewWebhookPage } from './connections/new-webhook.tsx'
import { WebhookPage } from './connections/webhook.tsx'
import { ImportPage } from './goods/import.tsx'
import { NewProductPage, ProductPage } from './goods/product.tsx'
import { ProductsPage } from './goods/products.tsx'
import { StockPage } from './goods/stock.tsx'
import { DisputesPage } from './house/disputes.tsx'
import { ProofPage } from './house/proof.tsx'
import { OrdersPage } from './orders/orders.tsx'
import { ReportPage } from './report/report.tsx'
import { SettingsPage } from './settings/settings.tsx'
import { SignInFirst } from './shell.tsx'
import { NewShowPage, ShowPage } from './shows/show.tsx'
import { ShowsPage } from './shows/shows.tsx'
import { t } from './words.ts'
import './shop.css'

/** The merchant desk. Everything below /shop is decided here. */
export function Page() {
  if (me.value === undefined) return <Doorstep>{<Loading rows={4} />}</Doorstep>
  if (!signedIn.value) return <Doorstep>{<SignInFirst alone />}</Doorstep>
  const [, , room = '', part, of] = path.value.split('/')
  switch (room) {
    case '':
      return <OrdersPage />
    case 'orders':
      return <ToOrder id={part} />
    case 'stock':
      return <StockPage />
    case 'products':
      if (part === undefined) return <ProductsPage />
      if (part === 'new') return <NewProductPage />
      if (part === 'import') return <ImportPage />
      return <ProductPage id={part} />
    case 'shows':
      if (part === undefined) return <ShowsPage />
      if (of === 'report') return <ReportPage id={part} />
      return part === 'new' ? <NewShowPage /> : <ShowPage id={part} />
    case 'codes':
      return part === 'new' ? <NewCodePage /> : <CodesPage />
    case 'affiliates':
      return part === 'terms' ? <AffiliateTermsPage /> : <AffiliatesPage />
    case 'connections':
      if (part === undefined) return <ConnectionsPage />
      return part === 'new' ? <NewWebhookPage /> : <WebhookPage id={part} />
    case 'settings':
      return <SettingsPage />
    case 'disputes':
      return <DisputesPage />
    case 'proof':
      return <ProofPage />
    default:
      return <NoPage />
  }
}

/** A link to one order, as letters and other desks write it. */
function ToOrder({ id }: { id: string | undefined }) {
  useEffect(() => go(id === undefined ? '/shop' : `/shop?order=${id}`, { replace: true }), [])
  return null
}

function Doorstep({ children }: { children: preact.ComponentChildren }) {
  usePage(t('nav.label'), 'doorstep')
  return (
    <>
      <header class="desk-top">
        <Brand />
      </header>
      <main>{children}</main>
    </>
  )
}

function NoPage() {
  return (
    <Doorstep>
      <Empty alone icon="search" title={t('no.page')}>
        <LinkButton size="desk" href="/shop">
          {t('to.orders')}
        </LinkButton>
      </Empty>
    </Doorstep>
  )
}
