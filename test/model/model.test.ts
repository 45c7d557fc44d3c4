import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Refusal } from '../../server/base/refusal.ts'
import { asRefusal } from '../../server/store/postgres.ts'
import { live, recount } from './evening.ts'
import { openLane } from './lane.ts'
import { evening } from './steps.ts'

/**
 * Random evenings in a small shop, each compared with a model that fits on a few pages. A failure prints
 * its seed and path: MODEL_SEED=… MODEL_PATH=… npm test -- test/model lives just that one again. Where it
 * was a recount of many evenings that failed, MODEL_SEED=… MODEL_RECOUNT=1 finds which, and shrinks it.
 * `npm run soak:model -- --minutes 30` goes on for longer, from another seed each time; here it is the same
 * one every time, so that a change that turns it red is to blame itself.
 */
const evenings = Number(process.env.MODEL_EVENINGS ?? 2_000)
const minutes = Number(process.env.MODEL_MINUTES ?? 0)
const path = process.env.MODEL_PATH
const anySeed = () => Math.trunc(Math.random() * 2 ** 31)
const seed = Number(process.env.MODEL_SEED ?? (minutes > 0 ? anySeed() : 1))
/** Evenings of a lane between two recounts by every rule of `npm run verify`. */
const recountEvery = Number(process.env.MODEL_RECOUNT ?? 100)
/** Lanes have databases of their own; one waits for Postgres while another thinks. */
const lanes = path !== undefined || recountEvery === 1 ? 1 : 4

test(`${minutes > 0 ? `${minutes} minutes of` : evenings} random evenings, from seed ${seed}, are what the model says`, {
  timeout: minutes * 60_000 + 600_000,
}, async () => {
  const numRuns = minutes > 0 ? Number.MAX_SAFE_INTEGER : Math.ceil(evenings / lanes)
  const all = Array.from({ length: lanes }, (_, n) => liveLane(seed + n, numRuns))
  await Promise.all(all)
})

async function liveLane(laneSeed: number, numRuns: number): Promise<void> {
  let lane = await openLane()
  let lived = 0
  let brokenOff = 0
  try {
    let running = Promise.resolve()
    const liveOne = async (steps: Parameters<typeof live>[1]) => {
      try {
        await live(lane, steps)
      } catch (error) {
        if (!isTooBusy(error)) throw error
        brokenOff += 1
        return
      }
      lived += 1
      if (lived % recountEvery > 0) return
      try {
        await recount(lane)
      } catch (error) {
        // What is off stays off: the next evening begins on clean rows.
        await lane.close()
        lane = await openLane()
        throw error
      }
    }
    const property = fc.asyncProperty(evening, (steps) => {
      running = liveOne(steps)
      return running
    })
    const limit = minutes > 0 ? { interruptAfterTimeLimit: minutes * 60_000 } : {}
    const replay = path === undefined ? {} : { path }
    await fc.assert(property, { seed: laneSeed, numRuns, ...limit, ...replay })
    // At the end of its time fast-check leaves the evening that runs, which may cut connections yet.
    await running
    await recount(lane)
    expect(brokenOff).toBeLessThanOrEqual(lived)
  } finally {
    await lane.close()
  }
}

/** Postgres had no time for us: what became of the step is not known, so nothing is said of this evening. */
function isTooBusy(error: unknown): boolean {
  const refusal = asRefusal(error)
  return refusal instanceof Refusal && refusal.code === 'UNAVAILABLE'
}
