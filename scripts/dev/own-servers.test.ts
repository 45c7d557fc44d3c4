import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import postgres from 'postgres'
import { afterAll, expect, it, onTestFinished } from 'vitest'
import { lockHouse } from './house-lock.ts'
import { openToLook } from './look.ts'
import { openPostgres } from './postgres.ts'
import { commandOf, signal, waitUntil } from './processes.ts'
import { openRedis } from './redis.ts'
import { readSettings, root } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'vitrine-own-'))
chmodSync(folder, 0o711)
const inHaste = { shared_buffers: '16MB' }
const open = () => openPostgres(join(folder, 'postgres'), inHaste)
const at = (name: string) => join(folder, name)
const lock = at('launcher.pid')
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
  const long = ['-e', 'console.log("here"); setTimeout(() => {}, 20_000)']
  const looking = rows(long, { DATABASE_URL: '' })
  await once(looking.stdout, 'data')
  const pid = postmaster()
  expect(() => lockHouse(lock)).toThrow('is looking at this data folder')
  looking.kill('SIGINT')
  expect(await once(looking, 'exit')).toEqual([130, null])
  expect(commandOf(pid)).toBe('')
  lockHouse(lock)[Symbol.dispose]()
})

it('of many who take a folder at once one has it, also where somebody left it locked', async () => {
  for (let round = 0; round < 5; round += 1) {
    writeFileSync(lock, String(await pidOfTheDead()))
    const takers = await Promise.all(Array.from({ length: 4 }, taker))
    const answers = takers.map(({ stdout }) => once(stdout, 'data'))
    for (const { stdin } of takers) stdin.write('go')
    const said = (await Promise.all(answers)).map(String)
    expect(said.filter((word) => word === 'mine')).toEqual(['mine'])
    expect(said.filter((word) => word.includes('this data folder'))).toHaveLength(3)
    await Promise.all(takers.map((one) => (one.stdin.end(), once(one, 'exit'))))
    expect(readdirSync(folder).filter((name) => name.startsWith('launcher.pid'))).toEqual([])
  }
}, 60_000)

it('a lock under our own pid is of somebody who had it before us, as in a container that comes back', async () => {
  const one = await taker()
  writeFileSync(lock, String(one.pid))
  one.stdin.write('go')
  expect(String(await once(one.stdout, 'data'))).toBe('mine')
  one.stdin.end()
  await once(one, 'exit')
})

it.each([
  ['a backup', 'scripts/backup/main.ts', 'is making a copy of this data folder'],
  ['a doctor', 'scripts/doctor/main.ts', 'is looking at this data folder'],
  ['a launcher that has no Postgres yet', 'scripts/dev/run.ts', 'Try again when it is ready'],
])('beside %s nobody looks, and no Postgres is started under it', async (_, holder, sentence) => {
  await (await open()).stop()
  await hold(holder)
  await using looking = new AsyncDisposableStack()
  await expect(openToLook({ at }, looking)).rejects.toThrow(sentence)
  expect(existsSync(pidFile)).toBe(false)

  const verify = rows(['server/verify.ts'], { DATABASE_URL: '' })
  expect((await text(verify.stderr)).trim().split('\n')).toEqual([
    expect.stringContaining(sentence),
  ])
  expect(verify.exitCode ?? (await once(verify, 'exit'))[0]).toBe(2)
})

it('who looks beside a launcher looks at its Postgres, and leaves it running', async () => {
  await hold('scripts/dev/run.ts')
  const launched = await open()
  const looking = new AsyncDisposableStack()
  expect(await openToLook({ at }, looking)).toBe(launched.url)
  await looking.disposeAsync()
  expect(await query(launched.url, 'select 1 as one')).toEqual([{ one: 1 }])
  await launched.stop()
})

it('a check that could not be made is not told as promises that are not kept', async () => {
  const none = rows([], { DATABASE_URL: '', DATA_DIR: join(folder, 'nothing') })
  expect(await once(none, 'exit')).toEqual([2, null])
  const nowhere = rows(['server/verify.ts'], { DATABASE_URL: 'postgres://x@127.0.0.1:1/x' })
  const said = text(nowhere.stderr)
  expect(await once(nowhere, 'exit')).toEqual([2, null])
  expect(await said).toMatch(/^The recount could not be made .*ECONNREFUSED[^]*DATABASE_URL/)
  const kill = ['-e', 'process.kill(process.pid, "SIGKILL")']
  const killed = rows(kill, { DATABASE_URL: 'postgres://given' })
  expect(await once(killed, 'exit')).toEqual([137, null])
})

it('an address that is empty is none', () => {
  const { databaseUrl, redisUrl } = readSettings({ DATABASE_URL: '', REDIS_URL: '' })
  expect([databaseUrl, redisUrl]).toEqual([undefined, undefined])
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

/** A launcher that takes the folder at a word, and lets it go when nobody speaks to it any more. */
async function taker() {
  const program = `
    import { lockHouse } from './scripts/dev/house-lock.ts'
    process.stdout.write('here')
    process.stdin.once('data', () => {
      try {
        const taken = lockHouse(${JSON.stringify(lock)})
        process.stdin.once('end', () => taken[Symbol.dispose]())
        process.stdout.write('mine')
      } catch (error) {
        process.stdout.write(error.message)
      }
    })`
  const args = ['--input-type=module', '-e', program, 'scripts/dev/run.ts']
  const running = spawn(process.execPath, args, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void running.kill())
  await once(running.stdout, 'data')
  return running
}

async function pidOfTheDead(): Promise<number | undefined> {
  const short = spawn(process.execPath, ['-e', ''])
  await once(short, 'exit')
  return short.pid
}

/** A process that a data folder's holder would be taken for. */
async function hold(program: string): Promise<void> {
  const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)', program])
  await once(holder, 'spawn')
  onTestFinished(async () => {
    holder.kill()
    await once(holder, 'exit')
  })
  writeFileSync(lock, String(holder.pid))
}

function rows(program: string[], env: NodeJS.ProcessEnv) {
  const running = spawn(process.execPath, ['scripts/dev/rows.ts', ...program], {
    cwd: root,
    env: { ...process.env, DATA_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void running.kill())
  return running
}

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
