import { call } from '../../api/http.ts'
import { LinkButton } from '../../ui/button.tsx'
import { at as clock } from '../../ui/time.ts'
import { useAsked } from '../../ui/use.ts'
import type { Report } from './report.tsx'
import { r } from './words-report.ts'

const minuteMs = 60_000

/** What happened in one step of the show, in words. */
export function happenedAt(
  { pins, sales, offAir, products, stepMs }: Report,
  at: string,
): string[] {
  const from = Date.parse(at)
  const isThen = (one: { from: string; to: string }) =>
    Date.parse(one.from) < from + stepMs && Date.parse(one.to) > from
  const named = (id: string) => products.find(({ productId }) => productId === id)?.title ?? ''
  const shown = new Set(pins.filter(isThen).map(({ productId }) => named(productId)))
  return [
    ...[...shown].map((title) => r('at.pinned', { title })),
    ...(sales.some(isThen) ? [r('sale')] : []),
    ...(offAir.some(isThen) ? [r('off.air')] : []),
  ]
}

/** One moment in a line: the same is seen and heard. */
export function saidAt(report: Report, index: number): string {
  const point = report.points[index]
  if (point === undefined) return ''
  const { at, viewers, orders } = point
  const into = Math.floor((Date.parse(at) - Date.parse(report.startedAt)) / minuteMs) + 1
  return [
    `${clock(momentOf(report, index))}, ${r('at.into', { n: Math.max(1, into) })}`,
    viewers === null ? r('uncounted') : r('at.watching', { n: viewers }),
    ...(orders > 0 ? [r('at.orders', { n: orders })] : []),
    ...happenedAt(report, at),
  ].join(' · ')
}

/** The first instant of a step that the show was on. */
function momentOf({ points, startedAt }: Report, index: number): number {
  return Math.max(Date.parse(points[index]?.at ?? startedAt), Date.parse(startedAt))
}

/** The chosen moment, and the ways to see it again. */
export function Moment({ report, index }: { report: Report; index: number | null }) {
  const { showId, startedAt } = report
  const isOver = report.endedAt !== null
  const replay = useAsked(async () => isOver && (await hasReplay(showId)), [showId, isOver])
  if (index === null) return <p class="moment quiet">{r('chart.hint')}</p>
  const ms = momentOf(report, index)
  const seconds = Math.floor((ms - Date.parse(startedAt)) / 1_000)
  return (
    <p class="moment">
      <span class="num">{saidAt(report, index)}</span>
      <span class="row">
        {replay.value === true && (
          <LinkButton kind="quiet-btn" size="desk" icon="play" href={`/s/${showId}?at=${seconds}`}>
            {r('watch.moment')}
          </LinkButton>
        )}
        <LinkButton
          kind="quiet-btn"
          size="desk"
          icon="eye"
          href={`/moderate/${showId}/at?time=${new Date(ms).toISOString()}`}
        >
          {r('see.moment')}
        </LinkButton>
      </span>
    </p>
  )
}

/** Not there, or not yet: then the moment is looked at without its picture. */
function hasReplay(id: string): Promise<boolean> {
  return call('GET', '/shows/:id/replay', { params: { id } }).then(
    ({ open }) => open,
    () => false,
  )
}
