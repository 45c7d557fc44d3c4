import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Answer, askHttp, askSocket } from '../support/night/client.ts'
import { Scene } from '../support/night/scene.ts'
import { lasts, until } from '../support/night/until.ts'
import { Night, nodesOr } from '../support/night.ts'

// What happens to the house when its one truth is away, slow, full or read-only.

let night: Night
let scene: Scene
beforeAll(async () => {
  night = await Night.open({ processes: nodesOr(1) })
}, 240_000)
afterEach(async () => {
  await scene?.close()
  await night.restore()
})
afterAll(() => night?.close())

const storyMs = 180_000

const sawUnavailable = () =>
  scene.crowd.count('hold', 'UNAVAILABLE') +
    scene.crowd.count('order', 'UNAVAILABLE') +
    scene.crowd.count('pay', 'UNAVAILABLE') >
  0
const notReady = async () => {
  const all = await Promise.all(night.webs.map((web) => web.readiness()))
  return all.every(({ httpStatus }) => httpStatus === 503)
}

/** The longest that the way to the loop and back took. */
async function slowestClock(ms: number): Promise<number> {
  let slowest = 0
  await lasts(ms, async () => {
    const from = performance.now()
    const { outcome } = await askSocket(scene.watchers[0]!.socket, 'clock:sync', { t0: 1 })
    expect(outcome).toBe('ok')
    slowest = Math.max(slowest, performance.now() - from)
  })
  return slowest
}

test(
  'Postgres is killed and comes back: typed while it is away, nothing is lost',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.killPostgres()
    await until('it says that it is not ready', notReady, 30_000)
    expect((await scene.asks()).outcome).toBe('UNAVAILABLE')
    await lasts(2_000)
    await night.startPostgres()
    const recoveryMs = await scene.recovered()
    const row = {
      line: 'F10',
      fault: 'Postgres dies',
      how: '`kill -9` of the postmaster, back after 2 s',
      recoveryMs,
    }
    expect(await scene.end(row)).toEqual([])
    expect(sawUnavailable()).toBe(true)
  },
  storyMs,
)

test(
  'backends are ended at random, five a second: what was asked is done once',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    let ended = 0
    const newcomers: Promise<Answer>[] = []
    await lasts(5_000, async () => {
      // Newcomers are rows of two tables: one transaction of several statements each.
      for (let n = 0; n < 10; n++)
        newcomers.push(askHttp(night.web(0).url, 'POST', '/sessions/guest', { body: {} }))
      const found = await night.sql<{ pid: number; busy: boolean }[]>`
        select pid, xact_start is not null as busy from pg_stat_activity where usename = 'shop'`
      const busy = found.filter((one) => one.busy)
      const pids = busy.length > 0 ? busy : found
      const one = pids[Math.floor(night.random() * pids.length)]
      if (!one) return
      await night.sql`select pg_terminate_backend(${one.pid})`
      ended += 1
      await lasts(150)
    })
    expect(ended).toBeGreaterThan(5)
    const outcomes = new Set((await Promise.all(newcomers)).map(({ outcome }) => outcome))
    expect(
      [...outcomes].filter((outcome) => outcome !== 'ok' && outcome !== 'UNAVAILABLE'),
    ).toEqual([])
    const recoveryMs = await scene.recovered()
    const row = {
      line: 'F13',
      fault: 'Backends die',
      how: `pg_terminate_backend of a random one, ${ended} times in 5 s`,
      recoveryMs,
    }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'Postgres takes no writes: typed refusals, reading goes on',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.sql`alter system set default_transaction_read_only = on`
    await night.sql`select pg_reload_conf()`
    await until(
      'writes are refused',
      async () => (await scene.asks()).outcome === 'UNAVAILABLE',
      30_000,
    )
    const show = await askHttp(night.web(0).url, 'GET', `/shows/${scene.stage.showId}`)
    expect(show.outcome).toBe('ok')
    await lasts(2_000)
    await night.sql`alter system reset default_transaction_read_only`
    await night.sql`select pg_reload_conf()`
    const recoveryMs = await scene.recovered()
    const row = {
      line: 'F15',
      fault: 'Postgres is read-only',
      how: '`default_transaction_read_only = on` for 2 s',
      recoveryMs,
    }
    expect(await scene.end(row)).toEqual([])
    expect(sawUnavailable()).toBe(true)
  },
  storyMs,
)

test(
  'Postgres is slow: every answer in its time, the loop stays free',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.ways.postgres.set({ kind: 'latency', ms: 1_500, jitterMs: 1_000 })
    expect(await slowestClock(7_000)).toBeLessThan(3_000)
    await night.ways.postgres.heal()
    const recoveryMs = await scene.recovered()
    const row = {
      line: 'F11',
      fault: 'Postgres is slow',
      how: '1.5 to 2.5 s each way for 7 s (proxy)',
      recoveryMs,
    }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'Postgres falls silent, and old connections never speak again: found and replaced',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.ways.postgres.set({ kind: 'black-hole' })
    expect(await slowestClock(7_000)).toBeLessThan(3_000)
    await until('it says that it is not ready', notReady, 30_000)
    await night.ways.postgres.heal()
    const recoveryMs = await scene.recovered()
    const row = {
      line: 'F11',
      fault: 'Postgres falls silent',
      how: 'black hole for 7 s; torn connections stay dead (proxy)',
      recoveryMs,
    }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'answers of Postgres are lost on the way: what was done is found by its key',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.ways.postgres.set({ kind: 'one-way', lost: 'answers' })
    await lasts(2_000)
    await night.ways.postgres.heal()
    const recoveryMs = await scene.recovered()
    const row = {
      line: 'F11',
      fault: 'Answers of Postgres are lost',
      how: 'one-way drop for 2 s (proxy)',
      recoveryMs,
    }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'somebody locks the orders for eight seconds: ordering is refused in its time, the rest goes on',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.sql.begin(async (tx) => {
      await tx`lock table orders in access exclusive mode`
      const holds = scene.canary.history.length
      const said = scene.talker.said
      await lasts(8_000)
      expect(scene.canary.history.length).toBeGreaterThan(holds)
      await until('the talk goes on', () => scene.talker.said > said, 30_000)
    })
    const recoveryMs = await scene.recovered()
    const how = '`LOCK TABLE orders` for 8 s'
    const row = { line: 'F11', fault: 'A table is locked', how, recoveryMs }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'somebody takes the rows in the opposite order: deadlocks end typed, and each unit is sold once',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    const { variantId } = scene.stage
    let broken = 0
    await lasts(6_000, async () => {
      const reversed = night.sql.begin(async (tx) => {
        await tx`select 1 from offers where variant_id = ${variantId} for update`
        await lasts(300)
        await tx`select 1 from stock where variant_id = ${variantId} for update`
        await tx`select 1 from offers where variant_id = ${variantId} for update`
      })
      // Whom Postgres lets go is its choice: them or us.
      await reversed.catch(() => (broken += 1))
    })
    const recoveryMs = await scene.recovered()
    const how = `a foreign session locks offers before stock, for 6 s (it lost ${broken} times)`
    const row = { line: 'F14', fault: 'Deadlocks', how, recoveryMs }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'Postgres is behind a narrow, choppy way: slower, and nothing is torn',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.ways.postgres.set({ kind: 'slicer', bytesMax: 40 })
    await lasts(3_000)
    await night.ways.postgres.set({ kind: 'bandwidth', bytesPerSecond: 20_000 })
    await lasts(3_000)
    await night.ways.postgres.set({ kind: 'drip', bytes: 64, everyMs: 20 })
    await lasts(3_000)
    await night.ways.postgres.heal()
    const recoveryMs = await scene.recovered()
    const how = 'pieces of 1 to 40 bytes; 20 kB/s; a drip of 64 bytes each 20 ms; 3 s each (proxy)'
    const row = { line: 'F11', fault: 'The way to Postgres is narrow', how, recoveryMs }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'connections to Postgres are reset again and again: done once or not at all',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.ways.postgres.set({ kind: 'reset', everyMs: 100 })
    await lasts(4_000)
    await night.ways.postgres.set({ kind: 'limit', bytes: 20_000 })
    await lasts(4_000)
    await night.ways.postgres.heal()
    const recoveryMs = await scene.recovered()
    const how = 'one reset each 100 ms for 4 s; then each after 20 kB, for 4 s (proxy)'
    const row = { line: 'F13', fault: 'Connections to Postgres are reset', how, recoveryMs }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'others take every connection that is left: those that are open serve on',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.sql`alter role shop connection limit 1`
    await lasts(4_000)
    // One question may need a connection more, and is told so; the next finds an open one free.
    await until('those that are open serve on', () => scene.decides(), 5_000)
    await night.sql`alter role shop connection limit -1`
    const recoveryMs = await scene.recovered()
    const how = 'no new connection for 4 s, open ones stay'
    const row = { line: 'F12', fault: 'No new connections', how, recoveryMs }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'no connection is left: typed, and well again when there is one',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.sql`alter role shop connection limit 0`
    await night.sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'shop'`
    await until('it says that it is not ready', notReady, 30_000)
    expect((await scene.asks()).outcome).toBe('UNAVAILABLE')
    await lasts(2_000)
    await night.sql`alter role shop connection limit -1`
    const recoveryMs = await scene.recovered()
    const row = {
      line: 'F12',
      fault: 'Connections run out',
      how: '`connection limit 0` for the role for 2 s',
      recoveryMs,
    }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)
