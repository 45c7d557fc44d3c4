import { performance } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

const lookMs = 1_000
/** Once is enough for a while: some of it is soon needed again. */
const restMs = 60_000
/**
 * Below this share of the loop's time, so many looks in a row, it is quiet: 10,000 who only watch take 3 %. A show
 * that talks takes more, and a pause of V8's would be heard in it: at 30 % and one look its p99 was 93 ms, not 79.
 */
const quietShare = 0.1
const quietLooks = 5
/** Space for new objects that is worth giving back. */
const spareBytes = 8 * 1024 * 1024
/** V8 minds memory instead of haste; without moving old objects together, which is what would pause it longest. */
const minding = ['--optimize-for-size', '--no-compact']
const usual = ['--no-optimize-for-size', '--compact']

/**
 * A crowd that comes makes V8 widen its space for new objects, to 64 MB; it keeps that, and the pages of it that
 * it no longer uses, for as long as its own collector sees a reason to hurry. When it is quiet again V8 is told
 * to mind memory: within seconds it collects in its usual small steps and gives them back.
 */
export function giveBackSpace(): void {
  let before = performance.eventLoopUtilization()
  let quiet = 0
  let minds = false
  let endedAt = -restMs
  const look = () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    quiet = utilization < quietShare ? quiet + 1 : 0
    const isRested = performance.now() - endedAt > restMs
    const should = quiet >= quietLooks && isRested && newSpaceBytes() > spareBytes
    if (should === minds) return
    for (const flag of should ? minding : usual) setFlagsFromString(flag)
    if (!should) endedAt = performance.now()
    minds = should
  }
  setInterval(look, lookMs).unref()
}

function newSpaceBytes(): number {
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
  return space?.space_size ?? 0
}
