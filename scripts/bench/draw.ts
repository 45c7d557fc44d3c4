import { escaped } from '../../server/base/markup.ts'
import { charts } from './charts.ts'
import type { Report } from './report.ts'
import { short } from './report.ts'

const width = 760
const labelWidth = 170
const barsWidth = 450
const rowHeight = 24
const titleHeight = 34

type Panel = { title: string; bars: Bar[]; line: number | undefined; unit: string }
type Bar = { who: string; median: number; min: number; max: number }

/** A path's charts, one under the other, as one SVG that is read on light and on dark. */
export function drawing(report: Report): string | undefined {
  const panels = charts
    .filter((chart) => chart.path === report.name)
    .flatMap((chart) => panelOf(chart, report) ?? [])
  if (panels.length === 0) return undefined
  let top = 0
  const drawn = panels.map((panel) => {
    const at = top
    top += titleHeight + panel.bars.length * rowHeight + 22
    return panelAt(panel, at)
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" role="img" aria-label="${escaped(panels.map((p) => p.title).join('; '))}">`,
    '<style>',
    'text{font:13px system-ui,sans-serif;fill:#3a3a3a}.t{font-weight:600;font-size:14px;fill:#1a1a1a}',
    '.v{fill:#5a5a5a;paint-order:stroke;stroke:#fff;stroke-width:4px}.b{fill:#9aa3ad}.o{fill:#d4572a}.r{stroke:#5a5a5a;stroke-width:1.5}.l{stroke:#1a6b4a;stroke-width:2;stroke-dasharray:5 4}.lt{fill:#1a6b4a;font-size:12px}',
    '@media(prefers-color-scheme:dark){text{fill:#d6d6d6}.t{fill:#f4f4f4}.v{fill:#b4b4b4;stroke:#0d1117}.b{fill:#69737e}.o{fill:#f0824f}.r{stroke:#c8c8c8}.l{stroke:#6fd3a7}.lt{fill:#6fd3a7}}',
    '</style>',
    ...drawn,
    '</svg>',
    '',
  ].join('\n')
}

function panelOf(chart: (typeof charts)[number], { results }: Report): Panel | undefined {
  const rows = results.filter(
    ({ who, metric }) => metric === chart.metric && (!chart.who || chart.who.includes(who)),
  )
  const [first] = rows
  if (!first) return undefined
  const lineOf = () => {
    const { line } = chart
    if (!line) return undefined
    if ('at' in line) return line.at
    const peer = rows.find((row) => row.who === line.peer)
    return peer && peer.median * line.times
  }
  const better = chart.lowerIsBetter ? 'less is better' : 'more is better'
  const bars = rows.toSorted((a, b) => Number(isOurs(b)) - Number(isOurs(a)))
  return { title: `${chart.title} (${better})`, bars, line: lineOf(), unit: first.unit }
}

const isOurs = ({ who }: { who: string }) => who === 'ours' || who.startsWith('ours, ')

function panelAt({ title, bars, line, unit }: Panel, top: number): string {
  const most = Math.max(...bars.map((bar) => bar.max), line ?? 0)
  const x = (value: number) => labelWidth + (value / most) * barsWidth
  const yOf = (n: number) => top + titleHeight + n * rowHeight
  const middleOf = (n: number) => yOf(n) + rowHeight / 2 - 2
  const rows = bars.map(({ who, median, min, max }, n) =>
    [
      `<text x="${labelWidth - 8}" y="${middleOf(n) + 4}" text-anchor="end">${escaped(who)}</text>`,
      `<rect class="${isOurs({ who }) ? 'o' : 'b'}" x="${labelWidth}" y="${yOf(n)}" width="${Math.max(1, x(median) - labelWidth).toFixed(1)}" height="${rowHeight - 6}" rx="2"/>`,
      `<path class="r" d="M${x(min).toFixed(1)} ${middleOf(n) - 1}H${x(max).toFixed(1)}"/>`,
    ].join(''),
  )
  const values = bars.map(
    ({ median, max }, n) =>
      `<text class="v" x="${(x(Math.max(max, median)) + 8).toFixed(1)}" y="${middleOf(n) + 4}">${short(median)} ${escaped(unit)}</text>`,
  )
  const bottom = top + titleHeight + bars.length * rowHeight
  const target =
    line === undefined
      ? ''
      : `<path class="l" d="M${x(line).toFixed(1)} ${top + titleHeight - 4}V${bottom}"/>` +
        `<text class="lt" x="${x(line).toFixed(1)}" y="${bottom + 12}" text-anchor="middle">target ${short(line)}</text>`
  return `<text class="t" x="8" y="${top + 20}">${escaped(title)}</text>${rows.join('')}${target}${values.join('')}`
}
