import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Sql } from 'postgres'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../test/support/database.ts'
import { FaultProxy } from '../../test/support/night/fault-proxy.ts'
import { postgres } from './driver.ts'

let database: Awaited<ReturnType<typeof openDatabase>>
let onlooker: Sql
let sql: Sql | undefined

beforeAll(async () => {
  database = await openDatabase()
  onlooker = postgres(database.url, { max: 1 })
  await onlooker`create table notes(text text)`
})
afterEach(async () => {
  await sql?.end({ timeout: 1 })
  sql = undefined
  await onlooker`truncate notes`
})
afterAll(async () => {
  await onlooker.end()
  await database.drop()
})

function open(max: number, more: object = {}, url = database.url): Sql {
  const limits = { statement_timeout: 500, idle_in_transaction_session_timeout: 300 }
  sql = postgres(url, {
    max,
    max_pipeline: 0,
    connect_timeout: 3,
    connection: limits,
    ...more,
  } as never)
  return sql
}

const notes = async () => (await onlooker`select text from notes order by text`).map((n) => n.text)
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error) => error.code as string,
  )

test('a backend that dies during a transaction ends that transaction, and nothing else', async () => {
  const client = open(1)
  for (let round = 0; round < 10; round++) {
    const work = client.begin(async (tx) => {
      const [me] = await tx`select pg_backend_pid() as pid`
      await tx`insert into notes values ('in a transaction')`
      await onlooker`select pg_terminate_backend(${me?.pid})`
      await tx`insert into notes values ('after its end')`
    })
    expect(await codeOf(work)).toMatch(/CONNECTION_CLOSED|57P01|ECONNRESET|EPIPE/)
    // The next owner of the connection is told nothing of it.
    expect(await codeOf(client`insert into notes values ('next')`)).toBe('ok')
  }
  expect(new Set(await notes())).toEqual(new Set(['next']))
})

test('statements of a transaction that was given up never run in another one', async () => {
  const client = open(1)
  const first = client.begin(async (tx) => {
    await tx`insert into notes values ('first')`
    await pause(600) // longer than Postgres lets a transaction be idle
    await tx`insert into notes values ('first, too late')`
  })
  const given = codeOf(first)
  await pause(400)
  const second = client.begin(async (tx) => {
    await tx`insert into notes values ('second')`
    await pause(280)
    await tx`insert into notes values ('second again')`
  })
  expect(await given).not.toBe('ok')
  // On a busy machine the second may idle too long as well: then nothing of either is there.
  const whole = (await codeOf(second)) === 'ok' ? ['second', 'second again'] : []
  expect(await notes()).toEqual(whole)
})

test.each([0, 1])(
  'more transactions than connections, pipeline %i: each keeps its own',
  async (max_pipeline) => {
    const client = open(2, { max_pipeline })
    const works = Array.from({ length: 30 }, (_, n) =>
      n % 3 === 0
        ? client`insert into notes values (${`alone ${n}`})`
        : client.begin(async (tx) => {
            const [before] = await tx`select pg_backend_pid() as pid`
            await tx`insert into notes values (${`together ${n}`})`
            const [after] = await tx`select pg_backend_pid() as pid, pg_current_xact_id()`
            expect(after?.pid).toBe(before?.pid)
          }),
    )
    expect(await Promise.all(works.map((work) => codeOf(work)))).toEqual(works.map(() => 'ok'))
    expect(await notes()).toHaveLength(30)
  },
)

test('a server that hangs up on newcomers is told of at once, to everybody who waits', async () => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const client = open(1, {}, `postgres://x@127.0.0.1:${port}/x`)
    const from = performance.now()
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(client`select 1`)))
    expect(new Set(codes)).toEqual(new Set(['CONNECTION_CLOSED']))
    expect(performance.now() - from).toBeLessThan(2_500)
  } finally {
    server.close()
  }
})

test('a connection that is reset while it opens ends no more than itself', async () => {
  const way = await FaultProxy.open(database.url, Math.random)
  const unheard: unknown[] = []
  const hear = (error: unknown) => void unheard.push(error)
  process.on('unhandledRejection', hear)
  try {
    for (let bytes = 300; bytes <= 3_000; bytes += 100) {
      await way.set({ kind: 'limit', bytes })
      const client = open(1, {}, way.in(database.url))
      const code = await codeOf(client`select ${[1]}::int[]`)
      expect(['ok', 'ECONNRESET', 'CONNECTION_CLOSED']).toContain(code)
    }
    await way.heal()
    expect(await codeOf(open(1, {}, way.in(database.url))`select 1`)).toBe('ok')
    expect(unheard).toEqual([])
  } finally {
    process.off('unhandledRejection', hear)
    way.close()
  }
})

test('a server that falls silent is found out, and the next connection works', async () => {
  const way = await FaultProxy.open(database.url, Math.random)
  try {
    const client = open(1, {}, way.in(database.url))
    expect(await codeOf(client`select 1`)).toBe('ok')
    await way.set({ kind: 'black-hole' })
    expect(await codeOf(client`select 1`)).toBe('CONNECTION_SILENT')
    await way.heal()
    expect(await codeOf(client`select 1`)).toBe('ok')
  } finally {
    way.close()
  }
})
