// The bench's entry: one path a run, a table for people, and JSON for programs.

import { writeFileSync } from 'node:fs'
import { toldMisuse } from '../dev/arguments.ts'
import { untilInterrupted } from '../dev/interrupt.ts'
import { type Asked, readArguments, usage } from './arguments.ts'
import { paths } from './paths.ts'
import { publish } from './publish.ts'
import { jsonOf, tableOf, Void } from './report.ts'

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
    return await untilInterrupted((open) => measure(asked, open))
  } catch (error) {
    if (!(error instanceof Void)) return toldMisuse(error)
    console.error(`This run has no score: ${error.message}`)
    return 1
  }
}

async function measure(asked: Asked, open: AsyncDisposableStack): Promise<number> {
  const bench = await paths[asked.bench]?.load()
  if (!bench) throw new Error(`no path is called ${asked.bench}`)
  const report = { ...(await bench(asked, open)), quick: asked.quick }
  console.log(`\n${tableOf(report)}`)
  if (asked.json) writeFileSync(asked.json, jsonOf(report))
  return 0
}

function listOfPaths(): string {
  const width = Math.max(...Object.keys(paths).map((name) => name.length))
  const lines = Object.entries(paths).map(([name, { says }]) => `  ${name.padEnd(width)}  ${says}`)
  const report = `  ${'report'.padEnd(width)}  draws scripts/bench/results/*.json into the README`
  return [usage, '', ...lines, report].join('\n')
}
