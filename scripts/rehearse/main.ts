// The rehearsal's entry: a world of its own, an evening in it, a recount, and a verdict.

import { execFile } from 'node:child_process'
import { cpus, freemem } from 'node:os'
import { promisify } from 'node:util'
import { Misuse } from '../bench/arguments.ts'
import { cpuMsOf, memoryOf } from '../bench/cpu.ts'
import { type House, setStage, startHouse } from '../bench/house.ts'
import { openServers, startWorker } from '../bench/processes.ts'
import { root } from '../dev/settings.ts'
import { type Asked, readArguments } from './arguments.ts'
import type { Played } from './player.ts'
import { type Seen, told, verdictOf } from './verdict.ts'

const badArguments = 2
const interruptedCode = 130
const progressMs = 10_000
const lookMs = 1_000

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interrupted.abort())
}
process.once('disconnect', () => interrupted.abort())
process.channel?.unref()

process.exit(await run(process.argv.slice(2)))

async function run(args: string[]): Promise<number> {
  try {
    const asked = readArguments(args, () => Math.floor(Math.random() * 2 ** 31))
    return await untilInterrupted(asked)
  } catch (error) {
    if (!(error instanceof Misuse)) throw error
    console.error(error.message)
    return badArguments
  }
}

/** Whatever was opened is closed, also when somebody is tired of waiting: then there is no verdict. */
async function untilInterrupted(asked: Asked): Promise<number> {
  await using open = new AsyncDisposableStack()
  const tired = new Promise<number>((resolve) => {
    interrupted.signal.addEventListener('abort', () => resolve(interruptedCode))
    if (interrupted.signal.aborted) resolve(interruptedCode)
  })
  const working = rehearse(asked, open)
  working.catch(() => {}) // when interrupted, what was torn away under it says nothing
  return await Promise.race([working, tired])
}

async function rehearse(asked: Asked, open: AsyncDisposableStack): Promise<number> {
  const { viewers, seconds, seed } = asked
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
    kept: await isKept(servers.postgres.url),
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

async function isKept(databaseUrl: string): Promise<boolean> {
  const env = { ...process.env, DATABASE_URL: databaseUrl }
  const options = { cwd: root, env, signal: interrupted.signal }
  const verify = promisify(execFile)(process.execPath, ['server/verify.ts'], options)
  return verify.then(
    () => true,
    (error: { stdout?: string }) => {
      console.error(error.stdout)
      return false
    },
  )
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
