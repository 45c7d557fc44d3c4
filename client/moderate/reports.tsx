import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Empty, Failed, Loading } from '../ui/states.tsx'
import { Ticks } from '../ui/ticks.ts'
import { at } from '../ui/time.ts'
import { pull } from './deeds.ts'
import type { Desk } from './desk.ts'
import type { Report } from './wire.ts'
import { t } from './words.ts'

type Props = { desk: Desk; onPerson: () => void }

/** Ticked off in this window; the reports themselves stay for the record. */
const seen = new Ticks('reports')

export function unseenReports(desk: Desk): Report[] {
  const ticked = seen.of(desk.showId)
  return (desk.reports.items.value ?? []).filter(({ id }) => !ticked.has(id))
}

export function ReportsList({ desk, onPerson }: Props) {
  const { items, refused, refresh } = desk.reports
  if (items.value === null) {
    return refused.value === null ? (
      <Loading />
    ) : (
      <Failed title={t('reports.failed')} reference={refused.value.reference} retry={refresh} />
    )
  }
  const unseen = unseenReports(desk)
  if (unseen.length === 0) {
    return <Empty icon="shield" title={t('reports.none')} help={t('reports.none.help')} />
  }
  return (
    <div class="fill">
      {unseen.map((report) => (
        <ReportCard key={report.id} desk={desk} report={report} onPerson={onPerson} />
      ))}
    </div>
  )
}

function ReportCard({ desk, report, onPerson }: Props & { report: Report }) {
  const about = report.about as { messageId?: string; accountId?: string; productId?: string }
  const kind =
    about.productId !== undefined ? 'product' : about.messageId !== undefined ? 'message' : 'person'
  return (
    <article class="held-msg">
      <p class="why">
        <Badge tone="info">{t(`report.${kind}`)}</Badge>
        <time class="quieter push num" dateTime={report.at}>
          {at(report.at)}
        </time>
      </p>
      <p>
        <bdi>
          <b>{report.excerpt}</b>
        </bdi>
        <small class="quiet by">
          {t('report.by', { name: report.by.displayName, reason: report.reason })}
        </small>
      </p>
      <div class="do">
        <LookButton desk={desk} about={about} excerpt={report.excerpt} onPerson={onPerson} />
        <Button
          kind="quiet-btn"
          size="desk"
          icon="check"
          onClick={() => seen.add(desk.showId, report.id)}
        >
          {t('report.seen')}
        </Button>
      </div>
    </article>
  )
}

/** What a report leads to: the product's pull, the message, or the person. */
function LookButton(props: {
  desk: Desk
  about: { messageId?: string; accountId?: string; productId?: string }
  excerpt: string
  onPerson: () => void
}) {
  const { desk, about, excerpt, onPerson } = props
  const product = desk.store.room.value?.products.find(({ id }) => id === about.productId)
  if (product !== undefined) {
    return (
      <Button
        kind="stop-quiet"
        size="desk"
        icon="pull"
        disabled={product.pulled}
        onClick={() => void pull(desk, product)}
      >
        {t('pull')}
      </Button>
    )
  }
  const look = () => {
    const message = desk.said.value.find(({ messageId }) => messageId === about.messageId)
    if (message !== undefined) {
      desk.hand.take(message.messageId)
      document.getElementById(`m${message.messageId}`)?.scrollIntoView({ block: 'center' })
      desk.person.value = message
    } else if (about.accountId !== undefined) {
      desk.person.value = { accountId: about.accountId, displayName: excerpt }
    }
    onPerson()
  }
  return (
    <Button kind="soft" size="desk" icon="eye" onClick={look}>
      {t('report.look')}
    </Button>
  )
}
