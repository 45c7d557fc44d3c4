// Runs a program of the server's, which reads rows and writes none, on the database that is given or on
// the one in DATA_DIR: while Vitrine runs as well as when it does not.
//
//   rows.ts server/verify.ts [arguments]

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openPostgres } from './postgres.ts'
import { readSettings, root } from './settings.ts'

const { databaseUrl, at } = readSettings()
const program = process.argv.slice(2)

if (databaseUrl) {
  process.exitCode = await runOn(databaseUrl)
} else {
  const database = await openPostgres(at('postgres'))
  try {
    process.exitCode = await runOn(database.url)
  } finally {
    if (!database.adopted) await database.stop()
  }
}

async function runOn(url: string): Promise<number> {
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { ...process.env, DATABASE_URL: url },
    stdio: 'inherit',
  })
  // Whoever stops us stops the check; what we started we still put away.
  process.on('SIGINT', () => child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}
