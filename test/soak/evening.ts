import type { Person } from '../support/house.ts'
import { Canary } from '../support/night/canary.ts'
import { as } from '../support/night/client.ts'
import { judge } from '../support/night/judge.ts'
import { tooLate } from '../support/night/report.ts'
import { type NightStage, startSale } from '../support/night/stage.ts'
import { until } from '../support/night/until.ts'
import { Watcher } from '../support/night/watcher.ts'
import type { Night } from '../support/night.ts'
import { Buyers } from './buyers.ts'
import { Nemesis } from './nemesis.ts'

const buyersCount = 50
const variants = 5
/** Of each variant; the flash sales' own is scarce. */
const onHand = 20_000
const scarce = 4_000
const flashEveryMs = 25_000
const flash = { quantity: 60, countdownMs: 0, durationMs: 15_000 }
const terms = { holdMs: 15_000, payMs: 25_000 }
/** Everybody has finished what they were at: a late payer waits for the order's end first. */
const homeMs = 180_000

export type Outcome = {
  buyers: Buyers
  canary: Canary
  nemesis: Nemesis
  sales: number
  wrong: string[]
  refunds: number
}

/** One show with fifty buyers and flash sales again and again, one show beside it, and a nemesis. */
export class Evening {
  readonly nemesis: Nemesis
  readonly #night: Night
  readonly #stage: NightStage
  readonly #buyers: Buyers
  readonly #watchers: Watcher[]
  readonly #canary: Canary
  readonly #from = performance.now()
  readonly #selling: Promise<void>
  #sales = 0
  #closed = false

  static async begin(night: Night): Promise<Evening> {
    const { stage, variantIds } = await setShelf(night)
    const watchers = await Promise.all(
      night.webs.map((web) => Watcher.enter(night, stage.showId, web.index)),
    )
    const canary = await Canary.open(night)
    const [probe] = (await night.people(1)) as [Person]
    const { showId } = stage
    const nemesis = new Nemesis(night, probe, { showId, variantId: variantIds[1] as string })
    const shelf = { showId, variantIds, host: stage.host }
    const buyers = await Buyers.gather(night, buyersCount, shelf, terms)
    return new Evening({ night, stage, buyers, watchers, canary, nemesis })
  }

  private constructor(parts: {
    night: Night
    stage: NightStage
    buyers: Buyers
    watchers: Watcher[]
    canary: Canary
    nemesis: Nemesis
  }) {
    this.#night = parts.night
    this.#stage = parts.stage
    this.#buyers = parts.buyers
    this.#watchers = parts.watchers
    this.#canary = parts.canary
    this.nemesis = parts.nemesis
    this.#selling = this.#sell()
  }

  /** Where things stand. */
  line(): string {
    const seconds = Math.round((performance.now() - this.#from) / 1_000)
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    const { blows } = this.nemesis
    const slowest = Math.max(0, ...blows.map(({ wellMs }) => wellMs)) / 1_000
    const count = (op: 'hold' | 'order' | 'pay') => this.#buyers.count(op)
    return (
      `${clock}  ${this.#buyers.history.length} requests, ${count('hold')} holds, ${count('order')} orders, ` +
      `${count('pay')} paid; ${blows.length} faults, slowest recovery ${slowest.toFixed(1)} s`
    )
  }

  /** Everybody finishes and goes home; then everything is recounted. */
  async end(): Promise<Outcome> {
    this.#closed = true
    await this.#selling
    const gone = this.#buyers.goHome().then(() => 'gone' as const)
    let isGone = false
    void gone.then(() => (isGone = true)).catch(() => undefined)
    await until('everybody has gone', () => isGone, homeMs)
    await gone
    await this.#canary.rest()
    const wrong = await judge(this.#night, {
      showId: this.#stage.showId,
      crowds: [this.#buyers],
      watchers: this.#watchers,
      canary: this.#canary,
    })
    for (const { name, servedMs } of this.nemesis.blows) {
      wrong.push(...tooLate({ recoveryMs: servedMs }).map((late) => `${name}: ${late}`))
    }
    const [given] = await this.#night.sql<{ n: number }[]>`
      select count(*)::int as n from refunds where status = 'succeeded'`
    await Promise.all([this.#canary.close(), ...this.#watchers.map((watcher) => watcher.leave())])
    const refunds = given?.n ?? 0
    const { nemesis } = this
    return {
      buyers: this.#buyers,
      canary: this.#canary,
      nemesis,
      sales: this.#sales,
      wrong,
      refunds,
    }
  }

  /** A flash sale on the scarce one, again and again, from whichever process answers. */
  async #sell(): Promise<void> {
    while (!this.#closed) {
      for (const web of this.#night.webs) {
        try {
          await startSale(web.url, this.#stage, flash)
          this.#sales += 1
          break
        } catch {
          // That process is away, or the one before began it and died: the next sale comes.
        }
      }
      const next = performance.now() + flashEveryMs
      await until('the next sale', () => this.#closed || performance.now() > next, flashEveryMs * 2)
    }
  }
}

/** A live show with several products' worth of variants; the first is the flash sales' own. */
async function setShelf(night: Night): Promise<{ stage: NightStage; variantIds: string[] }> {
  const { url } = night.web(0)
  const [host] = (await night.people(1)) as [Person]
  const desk = as(url, host)
  const product = await desk.post<{ id: string; variants: { id: string }[] }>('/products', {
    title: 'Ridge mug',
    description: '',
    variants: Array.from({ length: variants }, (_, n) => ({
      sku: `mug-${n}-${host.id}`,
      title: `${20 + n * 10} cl`,
      price: { amount: 2_400 + n, currency: 'EUR' },
      onHand: n === 0 ? scarce : onHand,
    })),
  })
  const show = { title: 'A long night', lineup: [product.id] }
  const { id: showId } = await desk.post<{ id: string }>('/shows', show)
  await desk.post(`/shows/${showId}/start`)
  const variantIds = product.variants.map(({ id }) => id)
  const stage = { host, showId, productId: product.id, variantId: variantIds[0] as string }
  return { stage, variantIds }
}
