import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { exportAudit, NotOurFolder } from './features/audit/export.ts'
import { openForAudit } from './store/postgres.ts'

const usage = `npm run audit -- --out DIR writes what somebody else's program needs to check this shop:
stock, holds, orders, money, log and moderation as JSON Lines, with a manifest. Changes nothing.
  --out DIR   an empty or new folder, or that of an earlier export, which is replaced
  --words     with what people said and the names they said it under; left out otherwise
The format: server/features/audit/README.md. Exits 0, 1 when it failed, 2 when it was asked wrongly.`

const url = process.env.DATABASE_URL
const asked = read(process.argv.slice(2))

if (!asked) {
  process.stderr.write(`${usage}\n`)
  process.exitCode = 2
} else {
  if (!url) throw new Error('DATABASE_URL is not set. Run `npm run audit -- --out DIR`.')
  process.exitCode = await run(url, asked)
}

async function run(databaseUrl: string, { dir, words }: { dir: string; words: boolean }) {
  const sql = openForAudit(databaseUrl)
  try {
    const tell = (line: string) => void process.stderr.write(`  ${line}\n`)
    const { digest, files, quiet } = await exportAudit(sql, { dir, words, tell })
    const rows = files.reduce((sum, file) => sum + file.rows, 0)
    process.stdout.write(
      `${rows} rows in ${files.length} files in ${dir}${quiet ? '' : ', while the shop went on'}.\nDigest ${digest}\n`,
    )
    return 0
  } catch (error) {
    if (!(error instanceof NotOurFolder)) throw error
    process.stderr.write(`${error.message}\n`)
    return 2
  } finally {
    await sql.end()
  }
}

function read(args: string[]): { dir: string; words: boolean } | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: { out: { type: 'string' }, words: { type: 'boolean', default: false } },
    })
    return values.out
      ? { dir: resolve(process.env.INIT_CWD ?? '.', values.out), words: values.words }
      : undefined
  } catch {
    // The usage says what it takes.
    return undefined
  }
}
