import { expect, test } from 'vitest'
import { Refusal } from '../../server/base/refusal.ts'
import { asRefusal } from '../../server/store/postgres.ts'
import { fc, seed } from '../support/random.ts'
import { live, recount } from './evening.ts'
import { openLane } from './lane.ts'
import { evening } from './steps.ts'

/**
 * Random evenings in a small shop, each compared with a model that fits on a few pages. A failure prints
 * its seed and path: SEED=… MODEL_PATH=… npm test -- test/model lives just that one again. Where it was a
 * recount of many evenings that failed, SEED=… MODEL_RECOUNT=1 finds which, and shrinks it.
 */
const evenings = Number(process.env.MODEL_EVENINGS ?? 2_000)
const path = process.env.MODEL_PATH
/** Evenings of a lane between two recounts. */
const recountEvery = Number(process.env.MODEL_RECOUNT ?? 100)
/** A slow machine breaks off one now and then; more than this share of them, and it is not the machine. */
const brokenOffMax = 0.05
/** Lanes have databases of their own; one waits for Postgres while another thinks. */
const lanes = path !== undefined || recountEvery === 1 ? 1 : 4

test(`${evenings} random evenings, from seed ${seed}, are what the model says`, {
  timeout: 600_000,
}, async () => {
  const numRuns = Math.ceil(evenings / lanes)
  const all = Array.from({ length: lanes }, (_, n) => liveLane(seed + n, numRuns))
  await Promise.all(all)
})

async function liveLane(laneSeed: number, numRuns: number): Promise<void> {
  let lane = await openLane()
  let lived = 0
  let brokenOff = 0
  try {
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
    const replay = path === undefined ? {} : { path }
    const property = fc.asyncProperty(evening, liveOne)
    await fc.assert(property, { seed: laneSeed, numRuns, ...replay })
    await recount(lane)
    if (brokenOff > 0) console.log(`${brokenOff} evenings of ${lived + brokenOff} were broken off`)
    expect(brokenOff).toBeLessThanOrEqual(brokenOffMax * (lived + brokenOff))
  } finally {
    await lane.close()
  }
}

/** Postgres had no time for us: what became of the step is not known, so nothing is said of this evening. */
function isTooBusy(error: unknown): boolean {
  const refusal = asRefusal(error)
  return refusal instanceof Refusal && refusal.code === 'UNAVAILABLE'
}
