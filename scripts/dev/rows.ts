// Runs a program of the server's, which reads rows and writes none, on the database that is given or on
// the one in DATA_DIR: while Vitrine runs as well as when it does not.
//
//   rows.ts server/verify.ts [arguments]

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { interruptedCode, interruption } from './interrupt.ts'
import { openToLook } from './look.ts'
import { readSettings, root } from './settings.ts'

const settings = readSettings()
const program = process.argv.slice(2)
// Whoever stops us stops the check; what we started we still put away.
const interrupted = interruption()
await using open = new AsyncDisposableStack()

const url = settings.databaseUrl || (await openToLook(settings, open))
if (url) process.exitCode = await runOn(url)
else {
  console.error(
    `There is no house in ${settings.dataDir}: npm start opens one, or set DATABASE_URL.`,
  )
  process.exitCode = 1
}

async function runOn(url: string): Promise<number> {
  if (interrupted.aborted) return interruptedCode
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { ...process.env, DATABASE_URL: url },
    stdio: 'inherit',
  })
  interrupted.addEventListener('abort', () => child.kill())
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? interruptedCode
}
