import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Hold } from '../../shared/wire/holds.ts'
import { askHttp, askSocket, openSocket } from '../support/night/client.ts'
import { migrationsDone, undoMigrations } from '../support/night/migrations.ts'
import { Scene } from '../support/night/scene.ts'
import { setNightStage, startSale } from '../support/night/stage.ts'
import { until } from '../support/night/until.ts'
import type { Web } from '../support/night/web.ts'
import { Night } from '../support/night.ts'

// A web process leaves in the middle of a sale: asked to, pressed to, or killed.

let night: Night
let scene: Scene
beforeAll(async () => {
  night = await Night.open({ processes: 2 })
}, 240_000)
afterEach(async () => {
  await scene?.close()
  await night.restore()
})
afterAll(() => night?.close())

const storyMs = 180_000
/** What `docker stop` and systemd are told to wait. */
const leaveMs = 20_000

/** Keeps the stock row of the sale locked while `act` runs: whoever asks for a unit waits. */
async function whileNothingIsDecided<T>(act: () => Promise<T>): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>()
  await night.sql.begin(async (tx) => {
    await tx`select 1 from stock where variant_id = ${scene.stage.variantId} for update`
    resolve(await act())
  })
  return promise
}

async function mayEnter(web: Web): Promise<boolean> {
  const [stranger] = await night.people(1)
  try {
    const socket = await openSocket(web.url, stranger?.token ?? '')
    socket.disconnect()
    return true
  } catch {
    return false
  }
}

const isDraining = (web: Web) => async () => {
  const { httpStatus, status } = await web.readiness()
  return httpStatus === 503 && status === 'draining'
}

test(
  'SIGTERM in the middle of a sale: in flight is answered, clients move, exit 0',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    const leaving = night.web(0)
    const [viewer] = scene.watchers
    const { waiting, askedAt } = await whileNothingIsDecided(async () => {
      const inFlight = scene.asks(0)
      await until(
        'a request waits for a decision',
        async () => (await waitingAt(leaving)) > 0,
        30_000,
      )
      leaving.signal('SIGTERM')
      const at = performance.now()
      await until('it says that it is draining', isDraining(leaving), 30_000)
      expect(await mayEnter(leaving)).toBe(false)
      return { waiting: inFlight, askedAt: at }
    })
    // Decided, whatever the crowd has left.
    expect(['ok', 'SOLD_OUT']).toContain((await waiting).outcome)
    const { code, signal } = await leaving.ended
    const tookMs = performance.now() - askedAt
    expect({ code, signal }).toEqual({ code: 0, signal: null })
    expect(tookMs).toBeLessThan(leaveMs)
    await until('viewers have moved', () => viewer?.web === 1 && viewer.isConnected, 30_000)
    expect(viewer?.ends).toContain('UNAVAILABLE')
    await leaving.start()
    const recoveryMs = await scene.recovered(0)
    const row = {
      line: 'F36',
      fault: 'A process is asked to leave',
      how: `\`SIGTERM\`; exit 0 after ${(tookMs / 1_000).toFixed(1)} s`,
      recoveryMs,
    }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'a second signal does not wait: what was in flight is found by its key',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    const leaving = night.web(1)
    const took = await whileNothingIsDecided(async () => {
      void scene.asks(1)
      await until(
        'a request waits for a decision',
        async () => (await waitingAt(leaving)) > 0,
        30_000,
      )
      leaving.signal('SIGTERM')
      await until('it says that it is draining', isDraining(leaving), 30_000)
      const from = performance.now()
      leaving.signal('SIGTERM')
      await leaving.ended
      return performance.now() - from
    })
    expect((await leaving.ended).code).toBe(1)
    expect(took).toBeLessThan(5_000)
    await leaving.start()
    const recoveryMs = await scene.recovered(1)
    const row = {
      line: 'F37',
      fault: 'A process is pressed to leave',
      how: '`SIGTERM` twice',
      recoveryMs,
    }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'somebody who never finishes a request does not keep the process',
  async () => {
    scene = await Scene.open(night, { buyers: 10 })
    await scene.inFullSwing()
    const leaving = night.web(0)
    const { port } = new URL(leaving.url)
    const slow = connect({ host: '127.0.0.1', port: Number(port) })
    slow.on('error', () => undefined)
    slow.write(
      'POST /api/v1/holds HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    )
    await until('half a request has arrived', () => slow.bytesWritten > 0, 5_000)
    leaving.signal('SIGTERM')
    const from = performance.now()
    const { code } = await leaving.ended
    slow.destroy()
    expect(code).toBe(0)
    expect(performance.now() - from).toBeLessThan(leaveMs)
    await leaving.start()
    const recoveryMs = await scene.recovered(0)
    const row = {
      line: 'F36',
      fault: 'A process is asked to leave, a client is stuck',
      how: '`SIGTERM` while half a request is there',
      recoveryMs,
    }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'kill -9 under load: keys converge, holds stand, the countdown goes on',
  async () => {
    scene = await Scene.open(night)
    const next = await otherSale(20_000)
    await scene.inFullSwing()
    const held = scene.crowd.ids('hold')
    await night.web(0).kill()
    const died = performance.now()
    await night.web(0).start()
    await scene.recovered(0)
    const recoveryMs = performance.now() - died
    const joined = await look(next.showId, next.person.token)
    expect(joined.snapshot.sales).toEqual([next.sale])
    await until(
      'the sale opens when it was said to',
      async () => (await next.buy()) === 'ok',
      60_000,
    )
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(next.sale.startsAt) - 50)
    const standing =
      await night.sql`select id from holds where id = any(${held}) and state in ('active', 'ordered', 'confirmed')`
    expect(standing).toHaveLength(held.length)
    const row = {
      line: 'F29',
      fault: 'A process dies',
      how: '`kill -9` under load, started again (start included)',
      recoveryMs,
    }
    expect(await scene.end(row, { startIncluded: true })).toEqual([])
  },
  storyMs,
)

test(
  'both processes are replaced one after the other, three times, under load: nobody fails',
  async () => {
    scene = await Scene.open(night, { buyers: 120, units: 90, spreadMs: 30_000 })
    await scene.inFullSwing()
    let slowest = 0
    for (let round = 0; round < 3; round++) {
      for (const web of night.webs) {
        const other = night.web(1 - web.index)
        await until(
          'the other serves',
          async () => (await other.readiness()).httpStatus === 200,
          30_000,
        )
        web.signal('SIGTERM')
        const { code, signal } = await web.ended
        expect({ code, signal }).toEqual({ code: 0, signal: null })
        const from = performance.now()
        await web.start()
        await scene.recovered(web.index)
        slowest = Math.max(slowest, performance.now() - from)
      }
    }
    const how = '`SIGTERM` and start of both in turn, 3 rounds, start included (the matrix says 20)'
    const row = { line: 'F38', fault: 'Rolling restart', how, recoveryMs: slowest }
    expect(await scene.end(row, { startIncluded: true })).toEqual([])
    const failed = scene.crowd.history.filter(
      ({ outcome }) => !['ok', 'SOLD_OUT', 'UNAVAILABLE', 'closed'].includes(outcome),
    )
    expect(failed).toEqual([])
    expect(scene.crowd.ids('pay').length).toBe(scene.crowd.ids('hold').length)
  },
  storyMs * 2,
)

test(
  'a process of the next version migrates the database while the other sells: nobody fails',
  async () => {
    const ahead = await undoMigrations(night.sql)
    scene = await Scene.open(night)
    await scene.inFullSwing()
    const next = night.web(1)
    next.signal('SIGTERM')
    await next.ended
    const from = performance.now()
    await next.start()
    await scene.recovered(1)
    const recoveryMs = performance.now() - from
    expect(await migrationsDone(night.sql)).toBe(1 + ahead)
    const how = `${ahead} migrations (indexes, columns, updates) by a process that starts anew beside another, start included`
    const row = { line: 'F39', fault: 'Migrations of a running house', how, recoveryMs }
    expect(await scene.end(row, { startIncluded: true })).toEqual([])
    const failed = scene.crowd.history.filter(
      ({ outcome }) => !['ok', 'SOLD_OUT', 'UNAVAILABLE', 'closed'].includes(outcome),
    )
    expect(failed).toEqual([])
  },
  storyMs,
)

/** Batches of holds that wait for a lock; none when this process does not run. */
async function waitingAt(web: Web): Promise<number> {
  const [row] = await night.sql<{ n: number }[]>`
    select count(*)::int as n from pg_stat_activity
    where usename = 'shop' and wait_event_type = 'Lock' and query like '%reserve_v3%'`
  return web.isRunning ? (row?.n ?? 0) : 0
}

/** A show beside the scene whose flash sale is still counting down. */
async function otherSale(countdownMs: number) {
  const stage = await setNightStage(night, 10)
  const sale = await startSale(night.web(1).url, stage, { quantity: 5, countdownMs })
  const [person] = await night.people(1)
  if (!person) throw new Error('nobody came')
  let n = 0
  return {
    ...stage,
    sale,
    person,
    async buy(): Promise<string> {
      const { showId, variantId } = stage
      const { outcome } = await askHttp<Hold>(night.web(0).url, 'POST', '/holds', {
        token: person.token,
        body: { showId, variantId, quantity: 1 },
        key: `next-${++n}`,
      })
      expect(['ok', 'SALE_NOT_OPEN']).toContain(outcome)
      return outcome
    },
  }
}

async function look(showId: string, token: string) {
  const socket = await openSocket(night.web(0).url, token)
  type Joined = { snapshot: { sales: unknown[] } }
  const { value } = await askSocket<Joined>(socket, 'show:join', { showId })
  socket.disconnect()
  if (!value) throw new Error('could not join')
  return value
}
