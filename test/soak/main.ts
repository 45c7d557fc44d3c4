import { setTimeout as pause } from 'node:timers/promises'
import { askedOf } from '../../scripts/dev/arguments.ts'
import { writeBetween } from '../../scripts/dev/readme.ts'
import { Night } from '../support/night.ts'
import { readArguments } from './arguments.ts'
import { Evening } from './evening.ts'
import { tell } from './report.ts'
import { drawAnew } from './sequences.ts'

// A whole night in some minutes: what happens at random is chosen by the seed, what comes of it is not.

const everyMs = 30_000
const interrupted = 130

const asked = askedOf(() => readArguments(process.argv.slice(2)))
process.env.FAULTS_SEED = String(asked.seed)
const worker = process.env.MEDIASOUP_WORKER_BIN
const media = worker && { MEDIA_WORKERS: '1', MEDIASOUP_WORKER_BIN: worker }
let night: Night | undefined
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => void leave())

console.log(`Seed ${asked.seed}. ${asked.minutes} minutes of ${asked.parts.join(', and of ')}.`)
if (asked.parts.includes('night')) process.exitCode = await liveNight()
if (asked.parts.includes('sequences') && !process.exitCode) {
  process.exitCode = await drawAnew(asked.minutes, asked.seed)
}

async function liveNight(): Promise<number> {
  try {
    night = await Night.open({
      processes: 2,
      env: { HOLD_MS: '15000', PAY_MS: '25000', LOG_LEVEL: 'warn', ...media },
    })
    return await soak(night)
  } finally {
    await night?.close()
  }
}

async function soak(open: Night): Promise<number> {
  const evening = await Evening.begin(open)
  const ends = performance.now() + asked.minutes * 60_000
  const isOver = () => performance.now() > ends
  const raging = evening.nemesis.rage(isOver)
  // Who awaits it below hears of a failure; until then it is not one that nobody awaits.
  raging.catch(() => undefined)
  while (!isOver()) {
    await pause(Math.min(everyMs, Math.max(0, ends - performance.now())))
    console.log(evening.line())
  }
  await raging
  console.log('Nothing breaks any more; everybody finishes, and everything is recounted.')
  const { wrong, lines } = tell(await evening.end(), asked)
  console.log(lines)
  for (const one of wrong) console.error(one)
  if (asked.report && wrong.length === 0) writeBetween('soak', lines)
  return wrong.length === 0 ? 0 : 1
}

async function leave(): Promise<void> {
  console.error('interrupted; closing')
  await night?.close()
  process.exit(interrupted)
}
