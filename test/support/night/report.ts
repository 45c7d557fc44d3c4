import { appendFileSync } from 'node:fs'

/** A line of the table that `npm run faults` prints. */
export type Row = {
  /** Its line in the fault matrix; several stories may share one. */
  line: string
  fault: string
  /** How it was brought about. */
  how: string
  /** What clients saw meanwhile. */
  saw: string
  /** How those in another show fared. */
  canary: string
  /** From the end of the cause to the first good answer. */
  recoveryMs: number | null
  invariants: string
  seed: number
}

/** Recovery needs no operator, and at most this long after the cause ends. */
const promisedMs = 15_000
/** The promise itself where a table is made of it; beside other work also what a busy machine adds. */
const recoveryMs = process.env.FAULTS_REPORT ? promisedMs : 2 * promisedMs
/** A story waits for longer than it allows: a late recovery has its figure in the table. */
export const patienceMs = 4 * promisedMs

/** What is wrong about how long it took. */
export function tooLate({ recoveryMs: took }: Pick<Row, 'recoveryMs'>): string[] {
  if (took === null || took <= recoveryMs) return []
  return [`well again only after ${seconds(took)} s, not within ${seconds(recoveryMs)} s`]
}

/** Says how a story went, and keeps it for the table when somebody makes one. */
export function report(row: Row): void {
  const took = row.recoveryMs === null ? '' : `; well again after ${seconds(row.recoveryMs)} s`
  process.stdout.write(
    `  ${row.line} ${row.fault}: ${row.saw}${took}; canary ${row.canary} (seed ${row.seed})\n`,
  )
  const path = process.env.FAULTS_REPORT
  if (path) appendFileSync(path, `${JSON.stringify(row)}\n`)
}

/** A row that nothing could be done for on this machine: said, not hidden. */
export function notHere(line: string, fault: string, why: string): void {
  const saw = 'not injected on this machine'
  report({ line, fault, how: why, saw, canary: '', recoveryMs: null, invariants: '', seed: 0 })
}

const seconds = (ms: number) => (ms / 1_000).toFixed(1)

const titles = [
  '#',
  'Fault',
  'Brought about by',
  'What clients saw',
  'The show beside it',
  'Well again, s',
  'Invariants',
]

/** The kept rows as a table for people, in the order of the matrix. */
export function tableOf(kept: string): string {
  const rows = kept
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)
  const cells = rows
    .toSorted((a, b) => Number(a.line.slice(1)) - Number(b.line.slice(1)))
    .map(({ line, fault, how, saw, canary, recoveryMs: took, invariants }) => {
      return [line, fault, how, saw, canary, took === null ? '' : seconds(took), invariants]
    })
  const all = [titles, titles.map(() => '---'), ...cells]
  return all.map((row) => `| ${row.join(' | ')} |`).join('\n')
}
