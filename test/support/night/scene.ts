import { randomUUID } from 'node:crypto'
import type { Sale } from '../../../shared/wire/events.ts'
import type { Hold } from '../../../shared/wire/holds.ts'
import type { Person } from '../house.ts'
import type { Night } from '../night.ts'
import { Canary } from './canary.ts'
import { type Answer, askHttp } from './client.ts'
import { Crowd } from './crowd.ts'
import { judge } from './judge.ts'
import { patienceMs, type Row, report, tooLate } from './report.ts'
import { type NightStage, setNightStage, startSale } from './stage.ts'
import { Talker } from './talker.ts'
import { until } from './until.ts'
import { Watcher } from './watcher.ts'

type Told = Pick<Row, 'line' | 'fault' | 'how' | 'recoveryMs'>
/** `startIncluded`: how long a process takes to start is the machine's affair, not bounded here. */
type Expected = { mayBeLate?: boolean; canary?: 'typed' | 'served'; startIncluded?: boolean }
type Settings = { buyers?: number; units?: number; pay?: boolean; spreadMs?: number }

/** Findings shown of a story. */
const shownMax = 8

/**
 * A flash sale in full swing: buyers on every process, a viewer on each, a host who talks. Ends with
 * the judgement of everything that was seen and of all rows.
 */
export class Scene {
  readonly night: Night
  readonly stage: NightStage
  readonly sale: Sale
  readonly crowd: Crowd
  readonly watchers: Watcher[]
  readonly talker: Talker
  readonly canary: Canary
  readonly #probes: Person[]

  static async open(night: Night, settings: Settings = {}): Promise<Scene> {
    const { buyers = 40, units = 30, pay = true, spreadMs = 1_500 } = settings
    const stage = await setNightStage(night, units * 10)
    const sale = await startSale(night.web(0).url, stage, { quantity: units })
    const crowd = await Crowd.gather(night, { buyers, stage, pay, spreadMs })
    const watchers = await Promise.all(
      night.webs.map((web) => Watcher.enter(night, stage.showId, web.index)),
    )
    const canary = await Canary.open(night)
    return new Scene({ night, stage, sale, crowd, watchers, canary, probes: await night.people(2) })
  }

  private constructor(parts: {
    night: Night
    stage: NightStage
    sale: Sale
    crowd: Crowd
    watchers: Watcher[]
    canary: Canary
    probes: Person[]
  }) {
    this.night = parts.night
    this.stage = parts.stage
    this.sale = parts.sale
    this.crowd = parts.crowd
    this.watchers = parts.watchers
    this.canary = parts.canary
    this.#probes = parts.probes
    this.talker = new Talker(this.night, this.stage, this.night.webs.length - 1)
  }

  /** Buyers come, and the first of them have something. */
  async inFullSwing(): Promise<void> {
    this.crowd.go()
    await until('the first holds are there', () => this.crowd.count('hold') >= 5, 30_000)
  }

  /** Whether this process decides about a unit: no is an answer too. */
  async decides(web = 0): Promise<boolean> {
    const { outcome } = await this.asks(web)
    return ['ok', 'SOLD_OUT', 'LIMIT_PER_BUYER'].includes(outcome)
  }

  /** Somebody who asks once for a unit, outside the crowd. */
  async asks(web = 0): Promise<Answer<Hold>> {
    const { showId, variantId } = this.stage
    const [person] = this.#probes as [Person]
    return askHttp<Hold>(this.night.web(web).url, 'POST', '/holds', {
      token: person.token,
      body: { showId, variantId, quantity: 1 },
      key: randomUUID(),
    })
  }

  /** How long until this process, or every one, decides about holds again and says that it is ready. */
  async recovered(web?: number): Promise<number> {
    const asked = web === undefined ? this.night.webs : [this.night.web(web)]
    const isWell = async ({ index }: { index: number }) => {
      const decides = await this.decides(index)
      const { httpStatus } = await this.night.web(index).readiness()
      return httpStatus === 200 && decides
    }
    const areWell = async () => (await Promise.all(asked.map(isWell))).every(Boolean)
    const who = web === undefined ? 'every process' : `process ${web}`
    return until(`${who} is well again`, areWell, patienceMs)
  }

  /**
   * Lets everybody finish, judges, and reports. Answers what is wrong. `canary: 'served'` where nothing
   * that the other show needs was touched: then it must not have noticed anything.
   */
  async end(row: Told, expected: Expected = {}): Promise<string[]> {
    const { mayBeLate = false, canary = 'typed', startIncluded = false } = expected
    await this.crowd.done
    await Promise.all([this.talker.hush(), this.canary.rest()])
    const { showId } = this.stage
    const crowds = [this.crowd, this.talker]
    const wrong = await judge(this.night, {
      showId,
      crowds,
      watchers: this.watchers,
      canary: this.canary,
      mayBeLate,
    })
    if (canary === 'served') wrong.push(...this.canary.disturbances)
    if (!startIncluded) wrong.push(...tooLate(row))
    const invariants = wrong.length === 0 ? 'hold' : `${wrong.length} broken`
    const { seed } = this.night
    report({ ...row, saw: this.#saw(), canary: this.canary.words, invariants, seed })
    return wrong.slice(0, shownMax)
  }

  /** Viewers and host go home; also when the story failed. */
  async close(): Promise<void> {
    const viewers = this.watchers.map((watcher) => watcher.leave())
    await Promise.all([this.talker.hush(), this.canary.close(), ...viewers])
  }

  #saw(): string {
    const tries = [...this.crowd.history, ...this.talker.history]
    const counts = [...Map.groupBy(tries, ({ outcome }) => outcome)]
      .map(([outcome, list]) => `${list.length} ${outcome}`)
      .join(', ')
    const slowest = Math.max(...tries.map(({ ms }) => ms)) / 1_000
    return `${counts}; slowest ${slowest.toFixed(1)} s`
  }
}
