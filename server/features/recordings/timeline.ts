import type { Recording } from '../../../shared/wire/recordings.ts'
import type { RecordingRow, SegmentRow } from './store.ts'

/** The clocks of video and wall may differ by so much inside a run. */
const stepMaxMs = 100

type Timed = Pick<SegmentRow, 'at' | 'durationMs' | 'section'>
type Cut = { startMs: number; endMs: number }

/** Which show time each moment of the video has: a new run wherever the two clocks part. */
export function runsOf(segments: readonly Timed[]): Recording['runs'] {
  const runs: { atMs: number; fromMs: number; durationMs: number; section: number }[] = []
  let videoMs = 0
  for (const { at, durationMs, section } of segments) {
    const run = runs.at(-1)
    const expectedMs = run && run.atMs + run.durationMs
    const goesOn =
      run?.section === section &&
      expectedMs !== undefined &&
      Math.abs(at.getTime() - expectedMs) <= stepMaxMs
    if (run && goesOn) run.durationMs += durationMs
    else runs.push({ atMs: at.getTime(), fromMs: videoMs, durationMs, section })
    videoMs += durationMs
  }
  return runs.map(({ atMs, fromMs, durationMs }) => ({
    at: new Date(atMs).toISOString(),
    fromMs: Math.round(fromMs),
    durationMs: Math.round(fromMs + durationMs) - Math.round(fromMs),
  }))
}

/** What the host left: only segments that lie inside as a whole, so that nothing cut off is shown. */
export function within<S extends Timed>(
  segments: readonly S[],
  startedAt: Date | null,
  cut: Cut | null,
): S[] {
  if (!cut) return [...segments]
  const startedMs = startedAt?.getTime() ?? 0
  return segments.filter(({ at, durationMs }) => {
    const fromMs = at.getTime() - startedMs
    return fromMs >= cut.startMs && fromMs + durationMs <= cut.endMs
  })
}

export function cutOf({ cutStartMs, cutEndMs }: RecordingRow): Cut | null {
  return cutStartMs === null || cutEndMs === null ? null : { startMs: cutStartMs, endMs: cutEndMs }
}
