import { cpus, totalmem } from 'node:os'

export type Result = {
  who: string
  metric: string
  unit: string
  median: number
  min: number
  max: number
}
export type Ratio = { of: string; to: string; value: number; target: number; met: boolean }
export type Report = {
  name: string
  machine: {
    cores: number
    cpu: string
    memoryGb: number
    node: string
    platform: string
    date: string
  }
  runs: number
  /** Shorter, and fewer runs: `--quick`. */
  quick?: boolean
  results: Result[]
  ratios: Ratio[]
  /** For people who read the table; not in the JSON. */
  notes: string[]
}

/** What a path must reach. The table of them stands beside its bench. */
export type Target = {
  of: string
  to: string
  target: number
  /** The value may be the target at most; else it must be at least that. */
  atMost?: true
  /** Undefined where a peer could not take part: there is no ratio then. */
  value(figures: Figures): number | undefined
}

export function judge(targets: readonly Target[], figures: Figures): Ratio[] {
  return targets.flatMap(({ of, to, target, atMost, value: read }) => {
    const value = read(figures)
    return value === undefined ? [] : [ratio(of, to, value, target, atMost)]
  })
}

/** The same work of the same contestant may differ by this share between runs. */
const driftMax = 0.15

/** What cost much more in one run than in another, and by which share: ratios of it mean little. */
export function drifts(results: Result[]): (Result & { share: number })[] {
  return results
    .map((result) => ({ ...result, share: result.max / result.min - 1 }))
    .filter(({ min, share }) => min > 0 && share > driftMax)
}

/** Something that must never happen happened: the run has no score. */
export class Void extends Error {}

/** Figures of repeated runs, by who and metric. */
export class Figures {
  readonly #runs = new Map<string, { who: string; metric: string; unit: string; all: number[] }>()

  add(who: string, metric: string, unit: string, value: number): void {
    const key = `${who}\n${metric}`
    const kept = this.#runs.get(key) ?? { who, metric, unit, all: [] }
    kept.all.push(value)
    this.#runs.set(key, kept)
  }

  has(who: string, metric: string): boolean {
    return this.#runs.has(`${who}\n${metric}`)
  }

  median(who: string, metric: string): number {
    const kept = this.#runs.get(`${who}\n${metric}`)
    if (!kept) throw new Error(`nothing was measured of ${who}: ${metric}`)
    return medianOf(kept.all)
  }

  /** A sentence for each that moved. */
  unsteady(metric: RegExp): string[] {
    return drifts(this.results())
      .filter((r) => metric.test(r.metric))
      .map((r) => `Not steady: ${r.who}, ${r.metric}: ${short(r.min)} – ${short(r.max)} ${r.unit}.`)
  }

  results(): Result[] {
    return [...this.#runs.values()].map(({ who, metric, unit, all }) => {
      const [min, max] = [Math.min(...all), Math.max(...all)]
      return { who, metric, unit, median: medianOf(all), min, max }
    })
  }
}

function medianOf(all: number[]): number {
  const sorted = all.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

export function percentile(all: number[], share: number): number {
  const sorted = all.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** `value` is to be at least the target; with `atMost`, at most. */
function ratio(of: string, to: string, value: number, target: number, atMost = false): Ratio {
  return { of, to, value, target, met: atMost ? value <= target : value >= target }
}

export function machine(): Report['machine'] {
  const [first] = cpus()
  return {
    cores: cpus().length,
    cpu: first?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    date: new Date().toISOString().slice(0, 10),
  }
}

/** The report for programs. */
export function jsonOf({ notes: _, ...report }: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}

/** The report as a table for people. */
export function tableOf(report: Report): string {
  const results = report.results.map((r) => [
    r.who,
    r.metric,
    `${short(r.median)} ${r.unit}`,
    `${short(r.min)} – ${short(r.max)}`,
  ])
  const ratios = report.ratios.map((r) => [
    `${r.of} / ${r.to}`,
    short(r.value),
    `target ${short(r.target)}`,
    r.met ? 'met' : 'NOT MET',
  ])
  const parts = [
    `${report.name}: medians of ${report.runs} runs (min – max)`,
    aligned(results),
    aligned(ratios),
    report.notes.join('\n'),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function aligned(rows: string[][]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? []
  const line = (row: string[]) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')
  return rows.map((row) => `  ${line(row)}`.trimEnd()).join('\n')
}

/** A figure as people read it. */
export function short(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en')
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en', { maximumFractionDigits: digits })
}
