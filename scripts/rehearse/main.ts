// The rehearsal's entry: a world of its own, an evening in it, a recount, and a verdict.

import { execFile } from 'node:child_process'
import { cpus, freemem } from 'node:os'
import { promisify } from 'node:util'
import { cpuMsOf, memoryOf } from '../bench/cpu.ts'
import { type House, setStage, startHouse } from '../bench/house.ts'
import { openServers, startWorker } from '../bench/processes.ts'
import { askedOf } from '../dev/arguments.ts'
import { untilInterrupted } from '../dev/interrupt.ts'
import { root } from '../dev/settings.ts'
import { type Asked, readArguments } from './arguments.ts'
import type { Played } from './player.ts'
import { type Seen, told, verdictOf } from './verdict.ts'

const progressMs = 10_000
const lookMs = 1_000

const asked = askedOf(() => readArguments(process.argv.slice(2)))
process.exit(await untilInterrupted((open, interrupted) => rehearse(asked, open, interrupted)))

async function rehearse(
  { viewers, seconds, seed }: Asked,
  open: AsyncDisposableStack,
  interrupted: AbortSignal,
): Promise<number> {
  const title = `Rehearsal: ${viewers.toLocaleString('en')} viewers, ${seconds} s, seed ${seed}`
  say(`${title}. Opening a world of its own …`)
  const servers = await openServers(open)
  const house = await startHouse(servers, open)
  const stage = await setStage(house, viewers)
  const player = startWorker('../rehearse/player.ts')
  open.defer(() => player.stop())
  const before = memoryOf(house.pid)
  const watch = watching(house, player.pid)
  open.defer(() => void watch.stop())
  const played = await player.ask<Played>({ port: house.port, stage, seed, viewers, seconds })
  const busiest = watch.stop()
  const after = memoryOf(house.pid)
  say('Recounting stock, money and log …')
  const seen: Seen = {
    cores: cpus().length,
    ...busiest,
    memoryBefore: before,
    memoryAfter: after,
    memoryFree: freemem(),
    kept: await isKept(servers.postgres.url, interrupted),
  }
  console.log(
    `\n${told(title, played, seen)}\n\nAgain: npm run rehearse -- --viewers ${viewers} --seconds ${seconds} --seed ${seed}`,
  )
  return verdictOf(played, seen).word === 'not ready' ? 1 : 0
}

/** CPU of the servers second by second, with a line of progress now and then. */
function watching({ pid, servers }: House, crowd: number) {
  const groups = { web: [pid], postgres: [servers.postgres.pid], redis: [servers.redis.pid] }
  const names = Object.keys(groups) as (keyof typeof groups)[]
  const read = () => names.map((name) => cpuMsOf(groups[name]))
  const busiest = { web: 0, postgres: 0, redis: 0 }
  const [startedAt, crowdBefore] = [performance.now(), cpuMsOf([crowd])]
  let [last, lastAt, saidAt] = [read(), startedAt, startedAt]
  const timer = setInterval(() => {
    const [now, at] = [read(), performance.now()]
    names.forEach((name, i) => {
      const share = ((now[i] as number) - (last[i] as number)) / (at - lastAt)
      busiest[name] = Math.max(busiest[name], share)
    })
    ;[last, lastAt] = [now, at]
    if (at - saidAt >= progressMs) {
      saidAt = at
      say(
        `${Math.round((at - startedAt) / 1_000)} s; the web process at most ${Math.round(busiest.web * 100)} % busy so far`,
      )
    }
  }, lookMs)
  return {
    stop() {
      clearInterval(timer)
      const share = (cpuMsOf([crowd]) - crowdBefore) / (performance.now() - startedAt)
      return { ...busiest, crowd: share }
    },
  }
}

async function isKept(databaseUrl: string, signal: AbortSignal): Promise<boolean> {
  const env = { ...process.env, DATABASE_URL: databaseUrl }
  const options = { cwd: root, env, signal }
  const verify = promisify(execFile)(process.execPath, ['server/verify.ts'], options)
  return verify.then(
    () => true,
    (error: { stdout?: string; stderr?: string }) => {
      console.error(error.stdout || error.stderr)
      return false
    },
  )
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
