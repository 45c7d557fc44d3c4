// The bench's entry: one path a run, a table for people, and JSON for programs.

import { writeFileSync } from 'node:fs'
import { type Asked, Misuse, readArguments } from './arguments.ts'
import { benchDrop } from './drop.ts'
import { benchFanout } from './fanout.ts'
import { type Report, tableOf, Void } from './report.ts'

export type Bench = (asked: Asked, open: AsyncDisposableStack) => Promise<Report>

const benches: Record<string, Bench> = { drop: benchDrop, fanout: benchFanout }

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interrupted.abort())
}
process.once('disconnect', () => interrupted.abort())
process.channel?.unref()

process.exitCode = await run(process.argv.slice(2))
if (process.connected) process.disconnect()

async function run(args: string[]): Promise<number> {
  try {
    const asked = readArguments(args, Object.keys(benches))
    const report = await untilInterrupted(asked)
    if (!report) return 130
    console.log(`\n${tableOf(report)}`)
    if (asked.json) writeFileSync(asked.json, `${JSON.stringify(report, null, 2)}\n`)
    return 0
  } catch (error) {
    if (!(error instanceof Misuse || error instanceof Void)) throw error
    const isMisuse = error instanceof Misuse
    console.error(isMisuse ? error.message : `This run has no score: ${error.message}`)
    return isMisuse ? 2 : 1
  }
}

/** Whatever was opened is closed, also when somebody is tired of waiting: then there is no report. */
async function untilInterrupted(asked: Asked): Promise<Report | undefined> {
  await using open = new AsyncDisposableStack()
  const tired = new Promise<undefined>((resolve) => {
    interrupted.signal.addEventListener('abort', () => resolve(undefined))
  })
  const bench = benches[asked.bench] as Bench
  const working = bench(asked, open)
  working.catch(() => {}) // when interrupted, what was torn away under it says nothing
  return await Promise.race([working, tired])
}
