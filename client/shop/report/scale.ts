const minuteMs = 60_000
/** Between two marks of the time axis there may be so long. */
const ticksMs = [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1_440].map((n) => n * minuteMs)
/** A clock time is so wide, with air. */
const tickWide = 76
/** A number plate is so wide, with air. */
const plateWide = 26
const plateRows = 2
const steps = [1, 2, 3, 4, 6, 8, 10]

/** What is not below it and is read at a glance: 8, 60, 400. */
export function roundUp(n: number): number {
  if (n <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(n))
  return (steps.find((step) => step * power >= n) ?? 10) * power
}

/** Clock times that fit below a chart this wide; by the reader's own clock, so that they are whole there. */
export function timesOf(from: number, to: number, wide: number): number[] {
  const room = Math.max(1, Math.floor(wide / tickWide))
  const step = ticksMs.find((ms) => (to - from) / ms <= room) ?? (ticksMs.at(-1) as number)
  const zone = new Date(from).getTimezoneOffset() * minuteMs
  const times: number[] = []
  for (let at = Math.ceil((from - zone) / step) * step + zone; at <= to; at += step) times.push(at)
  return times
}

/** Number plates in rows, so that none lies on another; where there is no room the line alone stands. */
export function platesOf<T extends { x: number }>(marks: T[]): (T & { row: number | null })[] {
  const ends: number[] = Array(plateRows).fill(Number.NEGATIVE_INFINITY)
  return marks.map((mark) => {
    const row = ends.findIndex((end) => mark.x - end >= plateWide)
    if (row >= 0) ends[row] = mark.x
    return { ...mark, row: row < 0 ? null : row }
  })
}

/** Runs of what was counted: between two of them the line stops. */
export function runsOf<T extends { viewers: number | null }>(points: T[]): T[][] {
  const runs: T[][] = []
  let last: T | undefined
  for (const point of points) {
    if (point.viewers === null) {
      last = undefined
      continue
    }
    if (last === undefined) runs.push([])
    runs.at(-1)?.push(point)
    last = point
  }
  return runs
}
