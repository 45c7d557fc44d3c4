import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { signal } from '../../scripts/dev/processes.ts'
import type { Person } from '../support/house.ts'
import { mediaWorkersOf } from '../support/night/children.ts'
import { askHttp } from '../support/night/client.ts'
import { lasts, until } from '../support/night/until.ts'
import type { Night } from '../support/night.ts'

type Harm = { name: string; share: number; strike(): Promise<unknown> }

/** `servedMs`: until somebody decides about units; `wellMs`: until every process is as before. */
export type Blow = { name: string; servedMs: number; wellMs: number }

/** From one recovery to the next blow. */
const restMs = { least: 1_500, more: 4_000 }
/** Far above what is promised: the end judges how long it took, this is for what never comes back. */
const limitMs = 120_000

/** Something breaks, is well again, and a moment later something else breaks. One thing at a time. */
export class Nemesis {
  readonly blows: Blow[] = []
  readonly #night: Night
  readonly #probe: Person
  readonly #what: { showId: string; variantId: string }
  readonly #harms: Harm[]
  readonly #mediaIsOff: boolean
  #asked = 0

  constructor(night: Night, probe: Person, what: { showId: string; variantId: string }) {
    this.#night = night
    this.#probe = probe
    this.#what = what
    this.#mediaIsOff = this.#workers().length === 0
    this.#harms = this.#allHarms()
  }

  /** Strikes until the time is over; everything is well when this answers. */
  async rage(until_: () => boolean): Promise<void> {
    while (!until_()) {
      await pause(restMs.least + this.#night.random() * restMs.more)
      if (until_()) return
      const harm = this.#choose()
      await harm.strike()
      const from = performance.now()
      const servedMs = await until(`served after: ${harm.name}`, () => this.#anybody(), limitMs)
      await until(`all is well after: ${harm.name}`, () => this.#everybody(), limitMs)
      this.blows.push({ name: harm.name, servedMs, wellMs: performance.now() - from })
    }
  }

  #allHarms(): Harm[] {
    const { ways, webs } = this.#night
    const some = () => webs[Math.floor(this.#night.random() * webs.length)] ?? this.#night.web(0)
    const killed = async () => {
      const web = some()
      await web.kill()
      web.launch()
    }
    const harms: Harm[] = [
      { name: 'a web process is killed', share: 6, strike: killed },
      {
        name: 'a web process is replaced (SIGTERM)',
        share: 2,
        strike: () => this.#replace(some()),
      },
      { name: 'Redis is killed', share: 3, strike: () => this.#killRedis() },
      { name: 'Redis is emptied', share: 2, strike: () => this.#emptyRedis() },
      { name: 'Postgres backends are ended', share: 5, strike: () => this.#endBackends() },
      { name: 'Postgres is killed', share: 1, strike: () => this.#killPostgres() },
      {
        name: 'the way to Postgres is silent for 3 s',
        share: 1,
        strike: () => this.#while(() => ways.postgres, 'black-hole', 3_000),
      },
      {
        name: 'the way to Redis is silent for 5 s',
        share: 1,
        strike: () => this.#while(() => ways.redis, 'black-hole', 5_000),
      },
    ]
    if (!this.#mediaIsOff) {
      const strike = async () => {
        const pids = this.#workers()
        const one = pids[Math.floor(this.#night.random() * pids.length)]
        if (one) signal(one, 'SIGKILL')
      }
      harms.push({ name: 'a media worker is killed', share: 3, strike })
    }
    return harms
  }

  #workers(): number[] {
    return this.#night.webs.flatMap((web) => (web.isRunning ? mediaWorkersOf(web.pid) : []))
  }

  async #replace(web: Night['webs'][number]): Promise<void> {
    web.signal('SIGTERM')
    await web.ended
    web.launch()
  }

  async #killRedis(): Promise<void> {
    await this.#night.signalRedis('SIGKILL')
    await pause(1_000)
    await this.#night.startRedis()
  }

  async #emptyRedis(): Promise<void> {
    const redis = new Redis(this.#night.redisUrl)
    await redis.flushall()
    redis.disconnect()
  }

  async #killPostgres(): Promise<void> {
    await this.#night.killPostgres()
    await this.#night.startPostgres()
  }

  async #endBackends(): Promise<void> {
    const { sql, random } = this.#night
    await lasts(1_500, async () => {
      const pids = await sql<{ pid: number }[]>`
        select pid from pg_stat_activity where usename = 'shop'`
      const one = pids[Math.floor(random() * pids.length)]
      if (one) await sql`select pg_terminate_backend(${one.pid})`
      await pause(100)
    })
  }

  async #while(
    way: () => Night['ways']['postgres'],
    kind: 'black-hole',
    ms: number,
  ): Promise<void> {
    await way().set({ kind })
    await pause(ms)
    await way().heal()
  }

  #choose(): Harm {
    const all = this.#harms.reduce((sum, { share }) => sum + share, 0)
    let left = this.#night.random() * all
    for (const harm of this.#harms) {
      left -= harm.share
      if (left < 0) return harm
    }
    return this.#harms[0] as Harm
  }

  async #anybody(): Promise<boolean> {
    const asked = this.#night.webs.map((web) => this.#serves(web, false))
    return (await Promise.allSettled(asked)).some((one) => one.status === 'fulfilled' && one.value)
  }

  /** Every process decides about units and says that it is ready, with Redis and its media. */
  async #everybody(): Promise<boolean> {
    const asked = this.#night.webs.map((web) => this.#serves(web, true))
    return (await Promise.all(asked)).every(Boolean)
  }

  async #serves(web: Night['webs'][number], asBefore: boolean): Promise<boolean> {
    this.#asked += 1
    const { token } = this.#probe
    const { httpStatus, redis, media } = await web.readiness()
    if (httpStatus !== 200) return false
    const isAsBefore = redis === 'ok' && (media.state === 'ok' || this.#mediaIsOff)
    if (asBefore && !isAsBefore) return false
    const body = { ...this.#what, quantity: 1 }
    const key = `probe-${this.#asked}`
    const { outcome, value } = await askHttp<{ holdId: string }>(web.url, 'POST', '/holds', {
      token,
      key,
      body,
    })
    if (value) await askHttp(web.url, 'DELETE', `/holds/${value.holdId}`, { token })
    return ['ok', 'SOLD_OUT', 'LIMIT_PER_BUYER', 'SALE_NOT_OPEN'].includes(outcome)
  }
}
