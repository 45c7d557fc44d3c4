import type { ReplyOf } from '../api/contract.ts'

export type Recording = ReplyOf<'GET', '/shows/:id/recording'>
export type Marker = ReplyOf<'GET', '/shows/:id/replay'>['markers'][number]
type Run = Recording['runs'][number]

/** The wall clock of the show at a moment of the video. */
export function wallAt(runs: readonly Run[], videoMs: number): number {
  const run = runs.findLast(({ fromMs }) => fromMs <= videoMs) ?? runs[0]
  if (run === undefined) return 0
  const into = Math.min(Math.max(0, videoMs - run.fromMs), run.durationMs)
  return Date.parse(run.at) + into
}

/** The moment of the video at a wall clock; what fell into a gap is where the picture came back. */
export function videoAt(runs: readonly Run[], wall: number): number {
  for (const { at, fromMs, durationMs } of runs) {
    const from = Date.parse(at)
    if (wall < from) return fromMs
    if (wall < from + durationMs) return fromMs + wall - from
  }
  const last = runs.at(-1)
  return last === undefined ? 0 : last.fromMs + last.durationMs
}

/** Something shorter is a hiccup of two clocks, not a gap that anybody noticed. */
const gapMin = 2_000

export type Gap = { videoMs: number; ms: number }

/** Where the picture was away, and for how long. */
export function gapsOf(runs: readonly Run[]): Gap[] {
  return runs.flatMap((run, i) => {
    const next = runs[i + 1]
    if (next === undefined) return []
    const ms = Date.parse(next.at) - Date.parse(run.at) - run.durationMs
    return ms < gapMin ? [] : [{ videoMs: next.fromMs, ms }]
  })
}

/** A marker where it stands on the scrub line. What lies outside the recording is not on it. */
export type Placed = Marker & { videoMs: number; toMs: number | null }

export function placed(runs: readonly Run[], markers: readonly Marker[]): Placed[] {
  const begins = runs[0] === undefined ? 0 : Date.parse(runs[0].at)
  const last = runs.at(-1)
  const ends = last === undefined ? 0 : Date.parse(last.at) + last.durationMs
  return markers.flatMap((marker) => {
    const from = Date.parse(marker.from)
    const to = marker.to === null ? null : Date.parse(marker.to)
    const over = marker.kind === 'sold-out' ? from : (to ?? from)
    if (from > ends || over < begins) return []
    const toMs = to === null ? null : videoAt(runs, to)
    return [{ ...marker, videoMs: videoAt(runs, from), toMs }]
  })
}

/** Where a product begins in the video: where it was first pinned, else where it first was on sale. */
export function firstOf(markers: readonly Placed[], productId: string): number | null {
  const of = (kind: Marker['kind']) =>
    markers.find((marker) => marker.kind === kind && marker.productId === productId)
  return (of('pinned') ?? of('sale'))?.videoMs ?? null
}
