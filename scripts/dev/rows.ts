// Runs a program of the server's, which reads rows and writes none, on the database that is given or on
// the one in DATA_DIR: while Vitrine runs as well as when it does not.
//
//   rows.ts server/verify.ts [arguments]

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { Misuse, toldMisuse } from './arguments.ts'
import { interruptedCode, interruption } from './interrupt.ts'
import { openToLook } from './look.ts'
import { readSettings, root } from './settings.ts'

const settings = readSettings()
const program = process.argv.slice(2)
// Whoever stops us stops the check; what we started we still put away.
const interrupted = interruption()
process.exitCode = await look().catch(toldMisuse)

async function look(): Promise<number> {
  await using open = new AsyncDisposableStack()
  const url = settings.databaseUrl ?? (await openToLook(settings, open))
  if (url !== undefined) return await runOn(url)
  throw new Misuse(
    `There is no house in ${settings.dataDir}: npm start opens one, or set DATABASE_URL.`,
  )
}

async function runOn(url: string): Promise<number> {
  if (interrupted.aborted) return interruptedCode
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { ...process.env, DATABASE_URL: url },
    stdio: 'inherit',
  })
  interrupted.addEventListener('abort', () => child.kill())
  const [code, signal] = (await once(child, 'exit')) as [number, null] | [null, NodeJS.Signals]
  if (signal === null) return code
  return interrupted.aborted ? interruptedCode : 128 + constants.signals[signal]
}
