// Plants one fault after the other in a copy of the checkout, and runs the test that must go red.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { interruptedCode, interruption } from '../../scripts/dev/interrupt.ts'
import { root } from '../../scripts/dev/settings.ts'
import { vitest } from '../support/vitest.ts'
import { type Mutant, mutants } from './list.ts'

/** What is not the source: another machine's packages, data, history. */
const left = new Set(['node_modules', '.git', '.data', 'dist'])
/** A test that does not end has not gone red. */
const testMs = 180_000

type Verdict = 'red' | 'NOT CAUGHT' | 'the test is red without it' | 'DOES NOT APPLY'
type TestFile = { assertionResults: { title: string; status: string }[] }

const wanted = process.argv.slice(2)
const chosen = mutants.filter(
  ({ fault }) => wanted.length === 0 || wanted.some((words) => fault.includes(words)),
)

if (chosen.length === 0) {
  say(`No fault is called that. There are:\n${mutants.map(({ fault }) => fault).join('\n')}`)
  process.exit(2)
}

const green = new Map<string, Promise<boolean>>()
const ended = interruption()

const copy = await mkdtemp(join(tmpdir(), 'vitrine-mutants-'))
try {
  await cp(root, copy, { recursive: true, filter: (path) => !left.has(basename(path)) })
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  process.exitCode = await plantAll()
} finally {
  await rm(copy, { recursive: true, force: true })
  if (process.connected) process.disconnect()
}

async function plantAll(): Promise<number> {
  const rows: [Mutant, Verdict][] = []
  for (const mutant of chosen) {
    if (ended.aborted) return interruptedCode
    const verdict = await plant(mutant)
    rows.push([mutant, verdict])
    say(`${verdict === 'red' ? '✓' : '✗'} ${mutant.fault}: ${verdict}`)
  }
  const table = rows.map(([{ fault, test }, verdict]) => `| ${fault} | ${test.name} | ${verdict} |`)
  say(['', '| fault | the test that must notice | |', '| --- | --- | --- |', ...table].join('\n'))
  return rows.every(([, verdict]) => verdict === 'red') ? 0 : 1
}

/** The test is green in the copy as it is, and red with the fault; then the copy is as it was. */
async function plant({ edits, test }: Mutant): Promise<Verdict> {
  if (!(await isGreen(test))) return 'the test is red without it'
  const before = new Map<string, string>()
  try {
    for (const { file, from, to } of edits) {
      const path = join(copy, file)
      const text = await readFile(path, 'utf8')
      if (!before.has(path)) before.set(path, text)
      if (text.split(from).length !== 2) return 'DOES NOT APPLY'
      await writeFile(
        path,
        text.replace(from, () => to),
      )
    }
    return (await statusOf(test)) === 'failed' ? 'red' : 'NOT CAUGHT'
  } finally {
    for (const [path, text] of before) await writeFile(path, text)
  }
}

/** Asked once of each test. */
function isGreen(test: Mutant['test']): Promise<boolean> {
  const key = `${test.file} ${test.name}`
  const known = green.get(key) ?? statusOf(test).then((status) => status === 'passed')
  green.set(key, known)
  return known
}

/** How one test ended; undefined when it did not run: then nobody has noticed anything. */
async function statusOf({ file, name }: Mutant['test']): Promise<string | undefined> {
  const report = join(copy, 'mutant.json')
  await rm(report, { force: true })
  const pattern = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const args = [...vitest, file, '-t', pattern, '--reporter=json', `--outputFile=${report}`]
  const child = spawn(process.execPath, args, { cwd: copy, stdio: 'ignore', detached: true })
  const stop = () => child.pid !== undefined && process.kill(-child.pid, 'SIGTERM')
  ended.addEventListener('abort', stop)
  const late = setTimeout(stop, testMs)
  await once(child, 'exit')
  clearTimeout(late)
  ended.removeEventListener('abort', stop)
  const text = await readFile(report, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { testResults } = JSON.parse(text) as { testResults: TestFile[] }
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  return results.find(({ title }) => title === name)?.status
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
