import { Redis } from 'ioredis'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signal } from '../../scripts/dev/processes.ts'
import type { Sale } from '../../shared/wire/events.ts'
import type { Hold } from '../../shared/wire/holds.ts'
import { openStudio, type Studio } from '../media/browser.ts'
import { mediaWorkersOf } from '../support/night/children.ts'
import { askSocket, openSocket } from '../support/night/client.ts'
import { Scene } from '../support/night/scene.ts'
import { until } from '../support/night/until.ts'
import { Night } from '../support/night.ts'

// The worst minute of a night, in one show: everything that runs is killed in the middle of a flash
// sale, Redis comes back empty, and the host's page is reloaded.

let night: Night
let scene: Scene
let studio: Studio | undefined
const holdMs = 25_000
/** Where a media worker is at hand, the host is seen, and it dies with the rest. */
const worker = process.env.MEDIASOUP_WORKER_BIN

beforeAll(async () => {
  const env: Record<string, string> = { HOLD_MS: String(holdMs) }
  if (worker) {
    studio = await openStudio()
    env['PUBLIC_URL'] = studio.origin
    env['MEDIA_WORKERS'] = '1'
    env['MEDIASOUP_WORKER_BIN'] = worker
  }
  night = await Night.open({ processes: 2, env })
}, 240_000)
afterAll(async () => {
  await scene?.close()
  await studio?.close()
  await night?.close()
})

type Joined = {
  snapshot: { sales: Sale[]; show: { status: string }; media: { producers: object[] } }
  you: { holds: Hold[] }
}

async function look(web: number, token: string): Promise<Joined> {
  const socket = await openSocket(night.web(web).url, token)
  const { value } = await askSocket<Joined>(socket, 'show:join', { showId: scene.stage.showId })
  socket.disconnect()
  if (!value) throw new Error('could not join')
  return value
}

/** The host's page goes live, with the project's own client in a real browser. */
async function goOnAir(page: Page): Promise<void> {
  const { showId, host } = scene.stage
  const house = { url: night.web(0).url, token: host.token }
  await page.evaluate(([at, show]) => globalThis.media.enter(at, show), [house, showId] as const)
  await page.evaluate((show) => globalThis.media.host(show), showId)
  await until('the host is on air', isOnAir, patienceMs)
}

async function isOnAir(): Promise<boolean> {
  const { snapshot } = await look(0, scene.stage.host.token)
  return snapshot.show.status === 'live' && snapshot.media.producers.length === 2
}

const patienceMs = 60_000

async function killEverything(): Promise<void> {
  const workers = night.webs.flatMap((web) => mediaWorkersOf(web.pid))
  expect(workers).toHaveLength(worker ? 2 : 0)
  for (const pid of workers) signal(pid, 'SIGKILL')
  await Promise.all([
    ...night.webs.map((web) => web.kill()),
    night.killPostgres(),
    night.signalRedis('SIGKILL'),
  ])
}

/** Redis comes back with nothing in it. */
async function startEverything(): Promise<void> {
  await Promise.all([night.startPostgres(), night.startRedis()])
  const inspector = new Redis(night.redisUrl)
  await inspector.flushall()
  inspector.disconnect()
  await Promise.all(night.webs.map((web) => web.start()))
}

test('a drop survives the death of everything, and the host is live again', async () => {
  scene = await Scene.open(night, { buyers: 60, units: 61 })
  const page = await studio?.blank()
  if (page) await goOnAir(page)
  await scene.inFullSwing()
  await until('some have ordered', () => scene.crowd.count('order') >= 3, patienceMs)
  const acknowledged = scene.crowd.ids('hold')

  await killEverything()
  const from = performance.now()
  await startEverything()
  await Promise.all([scene.recovered(0), scene.recovered(1)])
  const recoveryMs = performance.now() - from
  if (page && studio) {
    await studio.reload(page)
    await goOnAir(page)
  }

  // The clock of the sale resumes from the log, and those who had a unit have it still.
  const [somebody] = await night.people(1)
  const { snapshot } = await look(1, somebody?.token as string)
  expect(snapshot.show.status).toBe('live')
  const clocks = ({ saleId, startsAt, endsAt }: Sale) => ({ saleId, startsAt, endsAt })
  expect(snapshot.sales.map(clocks)).toEqual([clocks(scene.sale)])
  const holds = await night.sql`select id from holds where id = any(${acknowledged})`
  expect(holds).toHaveLength(acknowledged.length)

  const how = worker
    ? '`kill -9` of processes, media workers, Postgres and Redis; Redis empty; the host reloads; start included'
    : '`kill -9` of processes, Postgres and Redis; Redis empty; start included'
  const row = { line: 'F35', fault: 'Everything dies', how, recoveryMs }
  expect(await scene.end(row, { startIncluded: true })).toEqual([])
  await everyHoldEndsOnce()
  expect(await night.verify()).toEqual([])
}, 400_000)

/** Those who paid have their units; all others' time runs out, and their units come back. */
async function everyHoldEndsOnce(): Promise<void> {
  const { variantId } = scene.stage
  const isOver = async () => {
    const [open] = await night.sql<{ n: number }[]>`
      select count(*)::int as n from holds where variant_id = ${variantId} and state = 'active'`
    return open?.n === 0
  }
  await until('every hold has ended', isOver, holdMs + 30_000)
  const ends = await night.sql<{ n: number }[]>`
    select count(*)::int as n from stock_ledger where variant_id = ${variantId}
      and kind in ('confirm', 'release', 'expire', 'pull') group by hold_id having count(*) > 1`
  expect(ends).toEqual([])
  const [stock] = await night.sql<{ held: number; sold: number; paid: number }[]>`
    select held, sold, (select sum(i.quantity)::int from order_items i join orders o on o.id = i.order_id
      where i.variant_id = ${variantId} and o.status = 'paid') as paid
    from stock where variant_id = ${variantId}`
  expect(stock?.held).toBe(0)
  expect(stock?.sold).toBe(stock?.paid)
}
