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

export const seconds = (ms: number) => (ms / 1_000).toFixed(1)
