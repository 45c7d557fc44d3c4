// backup --out FOLDER · restore --from FOLDER: a house of DATA_DIR's own, whole or not at all.

import { resolve } from 'node:path'
import { askedOf, Misuse, readCommand } from '../dev/arguments.ts'
import { readSettings } from '../dev/settings.ts'
import { Refused } from './folder.ts'
import { backUp, putBack } from './house.ts'

const usage = `npm run backup -- --out FOLDER
npm run restore -- --from FOLDER`
const options = { out: { type: 'string' }, from: { type: 'string' } } as const

const asked = askedOf(() => {
  const { values, positionals } = readCommand(usage, { options, allowPositionals: true })
  const isBackup = positionals[0] === 'backup'
  const folder = isBackup ? values.out : values.from
  if (!folder) throw new Misuse(`Say where ${isBackup ? 'to' : 'from'}:\n${usage}`)
  return { isBackup, folder: resolve(folder) }
})
const { dataDir, databaseUrl } = readSettings()

try {
  await run(asked)
} catch (error) {
  if (!(error instanceof Error)) throw error
  console.error(`\n${error.message}`)
  process.exitCode = 1
}

async function run({ isBackup, folder }: typeof asked): Promise<void> {
  if (databaseUrl !== undefined) {
    throw new Refused(
      'DATABASE_URL names a Postgres of yours. Copy it by its own tools, and DATA_DIR beside it:\n' +
        '  pg_dump --format=custom --file vitrine.dump "$DATABASE_URL"\n' +
        '  pg_restore --clean --if-exists --no-owner --dbname "$DATABASE_URL" vitrine.dump',
    )
  }
  if (isBackup) tell('Copied', await backUp(dataDir, folder), folder)
  else {
    tell('Put back', await putBack(folder, dataDir), dataDir)
    console.log('Now `npm run verify`, then `npm start`.')
  }
}

function tell(done: string, { files }: { files: { bytes: number }[] }, where: string): void {
  const mebibytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / 1024 ** 2
  console.log(
    `${done}: ${files.length} files, ${mebibytes.toFixed(1)} MiB, each with its hash, in ${where}.`,
  )
}
