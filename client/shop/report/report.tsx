import { serverNow } from '../../api/clock.ts'
import type { ReplyOf } from '../../api/contract.ts'
import { call } from '../../api/http.ts'
import { LinkButton } from '../../ui/button.tsx'
import { money } from '../../ui/money.ts'
import { rich } from '../../ui/rich.tsx'
import { Empty, Loading, Strip } from '../../ui/states.tsx'
import { at, dayName, span } from '../../ui/time.ts'
import { useAsked, useEvery } from '../../ui/use.ts'
import { Desk, NotHere, PageTop } from '../shell.tsx'
import { OverTime } from './chart.tsx'
import { Definitions } from './definitions.tsx'
import { Figures } from './figures.tsx'
import { Products, Sales } from './goods.tsx'
import { Polls } from './polls.tsx'
import { r } from './words-report.ts'
import './report.css'

export type Report = ReplyOf<'GET', '/shows/:id/report'>

/** A running show is counted again this often while somebody looks. */
const againMs = 15_000

/** What a creator reads a minute after the show, and a merchant the next morning. */
export function ReportPage({ id }: { id: string }) {
  const asked = useAsked(() => call('GET', '/shows/:id/report', { params: { id } }), [id])
  const report = asked.value
  const isOn = report !== undefined && report.endedAt === null
  useEvery(againMs, () => isOn && asked.again())
  const title = report?.title ?? r('report')
  return (
    <Desk at="shows" title={report === undefined ? title : r('report.of', { title })}>
      <PageTop title={title} back="/shop/shows">
        {report !== undefined && (
          <LinkButton kind="quiet-btn" size="desk" href={`/shop?show=${id}`}>
            {r('orders')}
          </LinkButton>
        )}
      </PageTop>
      <div class="strip-place">
        {isOn && <Strip icon="refresh">{rich(r('is.on', { time: at(report.countedAt) }))}</Strip>}
      </div>
      <div class="desk-list rule show-report">
        {report !== undefined ? <Body report={report} /> : <NoReport id={id} asked={asked} />}
      </div>
    </Desk>
  )
}

function NoReport({ id, asked }: { id: string; asked: ReturnType<typeof useAsked<Report>> }) {
  const { refused, again } = asked
  if (refused === undefined) return <Loading rows={5} />
  if (refused.code !== 'SHOW_NOT_LIVE') {
    return <NotHere refused={refused} title={r('failed')} none={r('none')} again={again} />
  }
  return (
    <Empty icon="chart" title={r('not.begun')} help={r('not.begun.help')}>
      <LinkButton size="desk" href={`/studio/${id}`}>
        {r('to.studio')}
      </LinkButton>
    </Empty>
  )
}

function Body({ report }: { report: Report }) {
  const { products, sales, polls, figures } = report
  const somebodyCame = figures.viewers !== 0 || figures.orders > 0
  return (
    <>
      <When report={report} />
      <Figures report={report} />
      <Replay report={report} />
      <Advice report={report} />
      {somebodyCame && <OverTime report={report} />}
      {products.length > 0 && <Products report={report} />}
      {sales.length > 0 && <Sales report={report} />}
      {polls.length > 0 && <Polls polls={polls} />}
      <Definitions />
    </>
  )
}

function When({ report }: { report: Report }) {
  const { startedAt, endedAt, before } = report
  const ran = endedAt === null ? 0 : Date.parse(endedAt) - Date.parse(startedAt)
  return (
    <p class="when">
      {dayName(startedAt, serverNow())}, {at(startedAt)}
      {ran > 0 && <> · {r('ran', { span: span(ran) })}</>}
      {before !== null && (
        <>
          {' · '}
          <a class="slate" href={`/shop/shows/${before.showId}/report`}>
            {rich(
              r('compared', { title: before.title, day: dayName(before.startedAt, serverNow()) }),
            )}
          </a>
        </>
      )}
    </p>
  )
}

function Replay({ report: { replay } }: { report: Report }) {
  if (replay.orders === 0) return null
  const sum = replay.money.map(({ sales }) => money(sales)).join(' + ')
  return <p class="say">{rich(r('replay', { n: replay.orders, sum }))}</p>
}

/** Where a show went badly: what is true of it, and what to try. */
function Advice({ report }: { report: Report }) {
  const { figures, products, pins, endedAt } = report
  if (endedAt === null || figures.orders > 0) return null
  if (figures.viewers === 0) {
    return (
      <Empty icon="users" title={r('nobody.came')} help={r('nobody.came.help')}>
        <LinkButton size="desk" icon="plus" href="/shop/shows/new">
          {r('plan')}
        </LinkButton>
      </Empty>
    )
  }
  const held = products.reduce((sum, product) => sum + product.held, 0)
  const why =
    held > 0
      ? r('nothing.paid.help', { n: held })
      : r(pins.length === 0 ? 'nothing.pinned.help' : 'nothing.held.help')
  return <Empty icon="tag" title={r('nothing.sold')} help={why} />
}
