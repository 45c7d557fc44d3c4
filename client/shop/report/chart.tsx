import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { count } from '../../ui/money.ts'
import { at as clock } from '../../ui/time.ts'
import { Head } from './head.tsx'
import { MinutesTable } from './minutes.tsx'
import { Moment, saidAt } from './moment.tsx'
import type { Report } from './report.tsx'
import { minutesCsv } from './report-csv.ts'
import { platesOf, roundUp, runsOf, timesOf } from './scale.ts'
import { r } from './words-report.ts'

const high = 264
const margin = { top: 56, end: 34, bottom: 24, start: 40 }
/** Orders stand in the lower part, so that bars never hide who watched. */
const barsPart = 0.4
const base = high - margin.bottom
const bandHigh = 4

type Point = Report['points'][number]

/** Viewers as an area, orders as bars, pins as number plates, flash sales as bands; read moment by moment. */
export function OverTime({ report }: { report: Report }) {
  const [chosen, setChosen] = useState<number | null>(null)
  const last = report.points.length - 1
  const index = chosen === null ? null : Math.min(chosen, last)
  return (
    <section>
      <Head
        id="report-chart"
        title={r('chart')}
        file={r('file.minutes', { title: report.title })}
        csv={() => minutesCsv(report)}
      />
      <Legend report={report} />
      <Chart report={report} index={index} onChoose={setChosen} />
      <Moment report={report} index={index} />
      <MinutesTable report={report} />
    </section>
  )
}

function Legend({ report: { pins, sales, offAir, before, figures } }: { report: Report }) {
  return (
    <ul class="legend" aria-hidden="true">
      <li class="k-viewers">{r('watching')}</li>
      {before !== null && <li class="k-before">{r('watching.before')}</li>}
      {figures.orders > 0 && <li class="k-orders">{r('orders')}</li>}
      {pins.length > 0 && <li class="k-pin">{r('pinned')}</li>}
      {sales.length > 0 && <li class="k-sale">{r('sale')}</li>}
      {offAir.length > 0 && <li class="k-away">{r('off.air')}</li>}
    </ul>
  )
}

type ChartProps = {
  report: Report
  index: number | null
  onChoose: (index: number) => void
}

/** A slider over the show's time: the same for a finger, a mouse and the keyboard. */
function Chart({ report, index, onChoose }: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const wide = useWidth(box)
  const { points } = report
  const last = points.length - 1
  const scale = scaleOf(report, wide)
  const point = ({ clientX, currentTarget }: PointerEvent & { currentTarget: HTMLElement }) => {
    const x = clientX - currentTarget.getBoundingClientRect().left
    onChoose(Math.max(0, Math.min(last, scale.indexAt(x))))
  }
  const press = (event: KeyboardEvent) => {
    const now = index ?? 0
    const steps = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last }
    const next = index === null && event.key === 'ArrowRight' ? 0 : steps[event.key as 'Home']
    if (next === undefined) return
    event.preventDefault()
    onChoose(Math.max(0, Math.min(last, next)))
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing that is read along its time
    <div
      ref={box}
      class="over-time"
      role="slider"
      tabIndex={0}
      aria-label={r('chart')}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={index ?? 0}
      aria-valuetext={index === null ? r('chart.hint') : saidAt(report, index)}
      onPointerMove={(event) => event.pointerType === 'mouse' && point(event)}
      onPointerDown={point}
      onKeyDown={press}
    >
      <svg viewBox={`0 0 ${wide} ${high}`} width={wide} height={high} aria-hidden="true">
        <Hatch />
        <Axes scale={scale} wide={wide} />
        <Bands report={report} scale={scale} />
        <Watched report={report} scale={scale} />
        <Bars report={report} scale={scale} />
        <Pins report={report} scale={scale} />
        {index !== null && <Cursor x={scale.middle(points[index] as Point)} />}
      </svg>
    </div>
  )
}

function useWidth(box: { current: HTMLElement | null }): number {
  const [wide, setWide] = useState(320)
  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const observer = new ResizeObserver(() => setWide(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return wide
}

type Scale = ReturnType<typeof scaleOf>

function scaleOf({ startedAt, endedAt, countedAt, stepMs, points, before }: Report, wide: number) {
  const from = Date.parse(startedAt)
  const to = Math.max(Date.parse(endedAt ?? countedAt), from + 1)
  const room = wide - margin.start - margin.end
  const x = (ms: number) =>
    margin.start + (room * (Math.min(Math.max(ms, from), to) - from)) / (to - from)
  const all = [...points, ...(before?.points ?? [])]
  const viewersMax = roundUp(Math.max(1, ...all.map(({ viewers }) => viewers ?? 0)))
  const ordersMax = Math.max(0, ...points.map(({ orders }) => orders))
  const part = base - margin.top
  const start = ({ at }: Point) => x(Date.parse(at))
  const end = ({ at }: Point) => x(Date.parse(at) + stepMs)
  const first = Date.parse(points[0]?.at ?? startedAt)
  return {
    from,
    to,
    x,
    start,
    end,
    viewersMax,
    ordersMax,
    middle: (point: Point) => (start(point) + end(point)) / 2,
    viewersY: (n: number) => base - (part * n) / viewersMax,
    ordersY: (n: number) => base - (part * barsPart * n) / Math.max(1, ordersMax),
    indexAt: (at: number) =>
      Math.floor((from + ((at - margin.start) / room) * (to - from) - first) / stepMs),
  }
}

function Hatch() {
  return (
    <defs>
      <pattern
        id="off-air"
        width="7"
        height="7"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect class="hatch" width="2" height="7" />
      </pattern>
    </defs>
  )
}

function Axes({ scale, wide }: { scale: Scale; wide: number }) {
  const { viewersMax, ordersMax, viewersY, ordersY, x, from, to } = scale
  const levels = viewersMax > 1 ? [0, viewersMax / 2, viewersMax] : [0, 1]
  return (
    <g class="axes num">
      {levels.filter(Number.isInteger).map((n) => (
        <g key={n}>
          <line x1={margin.start} x2={wide - margin.end} y1={viewersY(n)} y2={viewersY(n)} />
          <text x={margin.start - 6} y={viewersY(n) + 4} text-anchor="end">
            {count(n)}
          </text>
        </g>
      ))}
      {ordersMax > 0 && (
        <text x={wide - margin.end + 6} y={ordersY(ordersMax) + 4}>
          {count(ordersMax)}
        </text>
      )}
      {timesOf(from, to, wide - margin.start - margin.end).map((ms) => (
        <text key={ms} x={x(ms)} y={high - 6} text-anchor="middle">
          {clock(ms)}
        </text>
      ))}
    </g>
  )
}

/** Flash sales, and the time without a picture. */
function Bands({ report: { sales, offAir }, scale: { x } }: { report: Report; scale: Scale }) {
  const at = ({ from, to }: { from: string; to: string }) => ({
    x: x(Date.parse(from)),
    width: Math.max(2, x(Date.parse(to)) - x(Date.parse(from))),
  })
  return (
    <>
      {sales.map((sale) => (
        <g key={sale.saleId}>
          <rect class="band-sale" y={margin.top} height={base - margin.top} {...at(sale)} />
          <rect class="band-top" y={margin.top - bandHigh} height={bandHigh} {...at(sale)} />
        </g>
      ))}
      {offAir.map((away) => (
        <rect
          key={away.from}
          fill="url(#off-air)"
          y={margin.top}
          height={base - margin.top}
          {...at(away)}
        />
      ))}
    </>
  )
}

/** Step by step: the most of each minute, as it is written down; nothing where nobody counted. */
function Watched({ report, scale }: { report: Report; scale: Scale }) {
  const { start, end, viewersY } = scale
  const steps = (run: Point[]) =>
    run.map((p) => `L${start(p)} ${viewersY(p.viewers ?? 0)}H${end(p)}`).join('')
  const before = report.before
  const later = before === null ? 0 : Date.parse(report.startedAt) - Date.parse(before.startedAt)
  const moved = (before?.points ?? []).map((p) => ({
    ...p,
    at: new Date(Date.parse(p.at) + later).toISOString(),
  }))
  const fits = moved.filter((p) => end(p) > start(p))
  return (
    <>
      {runsOf(report.points).map((run) => {
        const [from, to] = [start(run[0] as Point), end(run.at(-1) as Point)]
        const line = steps(run)
        return (
          <g key={from}>
            <path class="area" d={`M${from} ${base}${line}L${to} ${base}Z`} />
            <path class="line" d={line.replace('L', 'M')} />
          </g>
        )
      })}
      {runsOf(fits).map((run) => (
        <path key={run[0]?.at} class="line-before" d={steps(run).replace('L', 'M')} />
      ))}
    </>
  )
}

function Bars({ report: { points }, scale }: { report: Report; scale: Scale }) {
  const { start, end, ordersY } = scale
  return (
    <>
      {points.map((point) => {
        if (point.orders === 0) return null
        const room = end(point) - start(point)
        const width = Math.min(24, Math.max(2, room * 0.6))
        const y = ordersY(point.orders)
        return (
          <rect
            key={point.at}
            class="bar"
            x={scale.middle(point) - width / 2}
            width={width}
            y={y}
            height={base - y}
          />
        )
      })}
    </>
  )
}

function Pins({ report: { pins, products }, scale }: { report: Report; scale: Scale }) {
  const noOf = (id: string) => products.find(({ productId }) => productId === id)?.no ?? null
  const marks = pins.map(({ productId, from }) => ({
    x: scale.x(Date.parse(from)),
    from,
    no: noOf(productId),
  }))
  return (
    <g class="pins num">
      {platesOf(marks).map(({ x, from, no, row }) => (
        <g key={from}>
          <line x1={x} x2={x} y1={row === null ? margin.top : 8 + row * 24} y2={base} />
          {row !== null && no !== null && (
            <>
              <rect x={x - 11} y={4 + row * 24} width="22" height="20" rx="4" />
              <text x={x} y={18 + row * 24} text-anchor="middle">
                {no}
              </text>
            </>
          )}
        </g>
      ))}
    </g>
  )
}

function Cursor({ x }: { x: number }) {
  return <line class="cursor" x1={x} x2={x} y1={margin.top - 4} y2={base} />
}
