import type { Room } from '../../api/room.ts'
import { ReplayPane } from '../../replay/host.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Brand } from '../../ui/brand.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Empty } from '../../ui/states.tsx'
import { span } from '../../ui/time.ts'
import type { Desk } from '../desk.ts'
import { OrdersList } from '../talk/orders-list.tsx'
import { t } from '../words.ts'
import { Figures } from './figures.tsx'
import { o } from './words-over.ts'

/** After the show: how it went, and what to do next. */
export function Over({ desk, room }: { desk: Desk; room: Room }) {
  const { startedAt, endedAt, title, status } = room.show
  const canceled = status === 'canceled'
  const ran =
    startedAt === null || endedAt === null ? 0 : Date.parse(endedAt) - Date.parse(startedAt)
  return (
    <>
      <header class="desk-top">
        <Brand word={t('studio')} />
        <h1 class="one-line">{title}</h1>
        <Badge>{t(canceled ? 'mine.canceled' : 'ended')}</Badge>
      </header>
      {!canceled && <Figures desk={desk} room={room} over />}
      <main class="over panes">
        <section class="pane">
          <Empty
            icon={canceled ? 'calendar' : 'check'}
            title={o(canceled ? 'canceled' : 'title')}
            help={canceled ? o('canceled.help') : ran > 0 ? o('ran', { span: span(ran) }) : ''}
          >
            {!canceled && (
              <LinkButton icon="chart" href={`/shop/shows/${desk.showId}/report`}>
                {o('report')}
              </LinkButton>
            )}
            <LinkButton href="/studio" kind={canceled ? 'fill' : 'quiet-btn'}>
              {o('next')}
            </LinkButton>
            {!canceled && (
              <LinkButton href="/shop/orders" kind="quiet-btn">
                {o('orders')}
              </LinkButton>
            )}
          </Empty>
        </section>
        {!canceled && <ReplayPane showId={desk.showId} startedAt={startedAt} />}
        {!canceled && (
          <section class="pane" aria-label={t('orders')}>
            <header>
              <h2>{t('orders')}</h2>
            </header>
            <OrdersList takings={desk.takings} over />
          </section>
        )}
      </main>
    </>
  )
}
