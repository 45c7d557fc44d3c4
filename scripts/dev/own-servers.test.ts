import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, expect, it, onTestFinished } from 'vitest'
import { lockHouse } from './house-lock.ts'
import { openPostgres } from './postgres.ts'
import { commandOf, signal, waitUntil } from './processes.ts'
import { openRedis } from './redis.ts'
import { root } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'vitrine-own-'))
chmodSync(folder, 0o711)
const inHaste = { shared_buffers: '16MB' }
const open = () => openPostgres(join(folder, 'postgres'), inHaste)
const pidFile = join(folder, 'postgres', 'data', 'postmaster.pid')
const program = process.env.REDIS_SERVER_BIN || 'redis-server'

afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('what was committed outlives a Postgres that is killed outright', async () => {
  await query((await open()).url, 'create table t as select 7 as kept')

  const pid = postmaster()
  signal(pid, 'SIGKILL')
  expect(await waitUntil(() => commandOf(pid) === '', 10_000)).toBe(true)

  const reopened = await open()
  expect(reopened.adopted).toBe(false)
  expect(await query(reopened.url, 'select kept from t')).toEqual([{ kept: 7 }])
  await reopened.stop()
})

it('a Postgres that a killed run left behind is taken over as it is', async () => {
  const left = await open()
  const found = await open()
  expect(found).toMatchObject({ adopted: true, url: left.url })
  await found.stop()
  await expect(query(left.url, 'select 1')).rejects.toThrow('ECONNREFUSED')
})

it("another program's process under the noted pid does not keep Postgres from starting", async () => {
  writeFileSync(pidFile, `${process.pid}\n${folder}\n0\n5432\n\n127.0.0.1\n\nready\n`)
  const database = await open()
  expect(database.adopted).toBe(false)
  await database.stop()
  expect(commandOf(process.pid)).not.toBe('')
})

it('who only looks keeps a house from starting, and leaves nothing behind when interrupted', async () => {
  const lock = join(folder, 'launcher.pid')
  const long = ['-e', 'console.log("here"); setTimeout(() => {}, 20_000)']
  const looking = spawn(process.execPath, ['scripts/dev/rows.ts', ...long], {
    cwd: root,
    env: { ...process.env, DATA_DIR: folder, DATABASE_URL: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void looking.kill())
  await once(looking.stdout, 'data')
  const pid = postmaster()
  expect(() => lockHouse(lock)).toThrow('is looking at this data folder')
  looking.kill('SIGINT')
  expect(await once(looking, 'exit')).toEqual([130, null])
  expect(commandOf(pid)).toBe('')
  lockHouse(lock)[Symbol.dispose]()
})

it('a Redis that a killed run left behind makes room for the next', async () => {
  const at = join(folder, 'redis')
  const pidOf = () => Number(readFileSync(join(at, 'pid'), 'utf8'))
  const left = await openRedis(at, { program, durable: true })
  const leftPid = pidOf()
  const next = await openRedis(at, { program, durable: true })
  expect(commandOf(leftPid)).toBe('')
  expect(next.url).toBe(left.url)
  await next.stop()
  expect(commandOf(pidOf())).toBe('')
})

function postmaster(): number {
  return Number(readFileSync(pidFile, 'utf8').split('\n')[0])
}

async function query(url: string, text: string): Promise<unknown[]> {
  const sql = postgres(url, { max: 1 })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end()
  }
}
