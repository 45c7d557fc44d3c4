// npm run bench report: what was measured, drawn into the README: charts, targets, and why one was missed.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Misuse } from '../dev/arguments.ts'
import { writeBetween } from '../dev/readme.ts'
import { charts } from './charts.ts'
import { drawing } from './draw.ts'
import { reasons } from './reasons.ts'
import { drifts, type Report, type Result, short } from './report.ts'

const results = new URL('./results/', import.meta.url)

/** Every result that is kept. */
export function keptResults(): Report[] {
  return readdirSync(results)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(new URL(name, results), 'utf8')) as Report)
}

/** Missed targets that nobody has explained. */
export function unexplained(reports: Report[]): string[] {
  return reports.flatMap(({ name, ratios }) =>
    ratios
      .filter(({ met }) => !met)
      .map(({ of, to }) => `${name}: ${of} / ${to}`)
      .filter((missed) => !reasons[missed]),
  )
}

export function publish(): string {
  const reports = keptResults()
  const silent = unexplained(reports)
  if (silent.length > 0) {
    throw new Misuse(`Say in scripts/bench/reasons.ts why these were missed:\n${silent.join('\n')}`)
  }
  writeBetween('bench', reports.map(sectionOf).join('\n'))
  return `${reports.map((r) => r.name).join(', ')}: drawn into README.md`
}

/** Folded: the front page shows how each path stands, and who wants to know opens it. */
function sectionOf(report: Report): string {
  const { name, machine, quick, ratios, runs } = report
  const svg = drawing(report)
  if (svg) writeFileSync(new URL(`${name}.svg`, results), svg)
  const rows = ratios.map(({ of, to, value, target, met }) => {
    const outcome = met ? 'met' : `missed: ${reasons[`${name}: ${of} / ${to}`]}`
    return `| ${of} / ${to} | ${short(value)} | ${short(target)} | ${outcome} |`
  })
  const table =
    ratios.length > 0
      ? ['| ratio | measured | target | |', '|---|---|---|---|', ...rows]
      : ['| | measured |', '|---|---|', ...figuresOf(report)]
  return [
    '<details>',
    `<summary><b>${name}</b>${score(report)}</summary>`,
    '',
    `\`npm run bench ${name}${quick ? ' -- --quick' : ''}\`: ${runs} interleaved runs, ${machine.date}, ${machine.cores} cores (${machine.cpu}), Node ${machine.node.slice(1)}.`,
    ...(svg ? ['', `![${name}: ours beside the peers](scripts/bench/results/${name}.svg)`] : []),
    '',
    ...table,
    ...inPair(report),
    ...unsteady(report),
    '',
    '</details>',
  ].join('\n')
}

const score = ({ ratios }: Report): string =>
  ratios.length > 0
    ? `: ${ratios.filter(({ met }) => met).length} of ${ratios.length} targets met`
    : ''

/** What the charts of a path show. */
const charted = ({ name, results: found }: Report): Result[] =>
  found.filter((one) =>
    charts.some(
      ({ path, metric, who }) =>
        path === name && metric === one.metric && (who?.includes(one.who) ?? true),
    ),
  )

/** Where ours ran in two processes too, with the relay between them. */
function inPair(report: Report): string[] {
  const drawn = charted(report)
  const told = drawn.flatMap(({ who, metric, median, unit }) => {
    const alone = drawn.find((one) => one.who === 'ours' && one.metric === metric)
    if (who !== 'ours, 2 processes' || !alone) return []
    return `${metric}: ${short(median)} ${unit} in two, ${short(alone.median)} in one`
  })
  return told.length > 0 ? ['', `In two processes (\`WEB_PROCESSES=2\`): ${told.join('; ')}.`] : []
}

/** It is drawn all the same, and whoever reads a ratio of it should know. */
function unsteady(report: Report): string[] {
  const byMetric = Object.groupBy(drifts(charted(report)), ({ metric }) => metric)
  const told = Object.entries(byMetric).map(([metric, moved = []]) => {
    const shares = moved.map(({ who, share }) => `${who} ${Math.round(share * 100)} %`)
    return `${metric}: ${shares.join(', ')}`
  })
  return told.length > 0 ? ['', `Not steady, from run to run: ${told.join('; ')}.`] : []
}

/** Of a path without targets: what was measured, as it is. */
const figuresOf = ({ results: found }: Report) =>
  found.map(({ who, metric, median, unit }) => `| ${who}, ${metric} | ${short(median)} ${unit} |`)
