import { timingSafeEqual } from 'node:crypto'
import { Counter, collectDefaultMetrics, Gauge, Registry } from '@prometheus-io/client'
import { within } from '../base/deadline.ts'
import { sha256 } from '../base/ids.ts'
import { Refusal } from '../base/refusal.ts'
import type { Media } from '../media/media.ts'
import type { Deck } from '../media/tape/deck.ts'
import type { Postgres } from '../store/postgres.ts'
import type { RedisFloor } from '../store/redis.ts'
import type { Door } from './door.ts'

/** Postgres says whether it is there in this time, or it is not. */
const probeMs = 2_000

/**
 * Numbers for which Node makes a list of all its sockets, by name: with 10,000 viewers 16 ms in which nobody is told
 * anything, at each reading, of 27 in all. How many there are stands in our own.
 */
const dear = ['nodejs_active_handles', 'nodejs_active_resources'].flatMap((name) => [
  name,
  `${name}_total`,
])

type Needs = {
  pg: Postgres
  redis: RedisFloor
  media: Pick<Media, 'status' | 'stats'>
  tape: Pick<Deck, 'status'>
  metricsToken: string | undefined
  /** Without a token nobody reads /metrics: in production the port may be open to the world. */
  production: boolean
  /** Numbers of the rooms, read when /metrics is. */
  gauges: Record<string, { help: string; read(): number }>
}

/**
 * How often the loop is looked at for being late. Each look wakes the process, also when nobody is here: at the
 * library's 10 ms a hundred times a second.
 */
const lagLookMs = 50

export type Health = { drain(): void }

/** /healthz: the process is alive. /readyz: it can serve. /metrics: for Prometheus. */
export function mountHealth(app: Door, needs: Needs): Health {
  const { pg, redis, media, tape, gauges } = needs
  let draining = false
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: lagLookMs })
  for (const name of dear) registry.removeSingleMetric(name)
  const answers = new Counter({
    name: 'vitrine_http_answers_total',
    help: 'HTTP answers by route and status',
    labelNames: ['route', 'status'],
    registers: [registry],
  })
  for (const [name, { help, read }] of Object.entries(gauges)) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  }
  app.addHook('onResponse', (request, reply, done) => {
    const route = (request.routeOptions.config as { route?: string }).route ?? 'other'
    answers.inc({ route, status: String(reply.statusCode) })
    done()
  })

  // A connection that stays open after its answer would keep a process that wants to leave.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (draining) void reply.header('connection', 'close')
    done(null, payload)
  })

  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const postgres = await isThere(pg)
    const ready = postgres && !draining
    void reply.code(ready ? 200 : 503)
    return {
      status: draining ? 'draining' : ready ? 'ready' : 'not-ready',
      postgres: postgres ? 'ok' : 'away',
      redis: redis.isUp() ? 'ok' : 'degraded',
      media: { ...media.status(), ...placesIn(media.stats()) },
      tape: tape.status(),
    }
  })
  app.get('/metrics', async (request, reply) => {
    mayRead(request.headers.authorization, needs)
    void reply.type(registry.contentType)
    return registry.metrics()
  })
  return {
    drain() {
      draining = true
    },
  }
}

/** A full node still serves everything but one more picture. */
function placesIn({ viewers, viewersMax }: ReturnType<Media['stats']>) {
  return { viewers, viewersMax, full: viewers >= viewersMax }
}

function mayRead(given: string | undefined, { metricsToken, production }: Needs): void {
  if (metricsToken === undefined && !production) return
  const expected = metricsToken === undefined ? undefined : `Bearer ${metricsToken}`
  if (expected === undefined || !isSame(given ?? '', expected)) {
    throw new Refusal('UNAUTHENTICATED', 'Send the metrics token.')
  }
}

function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(sha256(given), sha256(expected))
}

async function isThere(pg: Postgres): Promise<boolean> {
  try {
    await within(probeMs, pg.health`select 1`)
    return true
  } catch {
    // Which way it is away makes no difference to who asks: it is not there.
    return false
  }
}
