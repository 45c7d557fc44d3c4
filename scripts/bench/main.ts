// The bench's entry: one path a run, a table for people, and JSON for programs.

import { writeFileSync } from 'node:fs'
import { type Asked, Misuse, readArguments } from './arguments.ts'
import { paths } from './paths.ts'
import { publish } from './publish.ts'
import { jsonOf, type Report, tableOf, Void } from './report.ts'

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interrupted.abort())
}
process.once('disconnect', () => interrupted.abort())
process.channel?.unref()

// What an interrupted path was about to start when all was closed ends with us, and is not waited for.
process.exit(await run(process.argv.slice(2)))

async function run(args: string[]): Promise<number> {
  try {
    if (args.length === 1 && args[0] === 'report') {
      console.log(publish())
      return 0
    }
    const asked = readArguments(args, Object.keys(paths))
    if (asked === 'list') {
      console.log(listOfPaths())
      return 0
    }
    const report = await untilInterrupted(asked)
    if (!report) return 130
    console.log(`\n${tableOf(report)}`)
    if (asked.json) writeFileSync(asked.json, jsonOf(report))
    return 0
  } catch (error) {
    if (!(error instanceof Misuse || error instanceof Void)) throw error
    const isMisuse = error instanceof Misuse
    console.error(isMisuse ? error.message : `This run has no score: ${error.message}`)
    return isMisuse ? 2 : 1
  }
}

function listOfPaths(): string {
  const width = Math.max(...Object.keys(paths).map((name) => name.length))
  const lines = Object.entries(paths).map(([name, { says }]) => `  ${name.padEnd(width)}  ${says}`)
  const usage = 'npm run bench <path> [--quick] [--json FILE]'
  const report = `  ${'report'.padEnd(width)}  draws scripts/bench/results/*.json into the README`
  return [usage, '', ...lines, report].join('\n')
}

/** Whatever was opened is closed, also when somebody is tired of waiting: then there is no report. */
async function untilInterrupted(asked: Asked): Promise<Report | undefined> {
  const bench = await paths[asked.bench]?.load()
  if (!bench) throw new Error(`no path is called ${asked.bench}`)
  await using open = new AsyncDisposableStack()
  const tired = new Promise<undefined>((resolve) => {
    if (interrupted.signal.aborted) resolve(undefined)
    interrupted.signal.addEventListener('abort', () => resolve(undefined))
  })
  const working = bench(asked, open)
  working.catch(() => {}) // when interrupted, what was torn away under it says nothing
  return await Promise.race([working, tired])
}
