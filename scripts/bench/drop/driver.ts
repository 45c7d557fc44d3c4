// Decides holds in a closed loop: so many waiting at any moment. One process a side, so that its CPU
// time can be told from the others'; making the requests is charged to every side alike.

import { newId } from '../../../server/base/ids.ts'
import { percentile } from '../report.ts'
import { answerQuestions } from '../worker.ts'
import { openLua } from './lua.ts'
import { openMedusa } from './medusa.ts'
import { openNothing } from './nothing.ts'
import { openOneByOne, openOurs } from './ours.ts'
import { openRowLock } from './row-lock.ts'
import type { Ask, Side, Stock } from './side.ts'
import { openUnits } from './units.ts'

/** One request in ten repeats an earlier key. */
const repeatEvery = 10

export type Question =
  | { do: 'prepare'; stock: Stock }
  | { do: 'run'; attempts: number; inFlight: number; variants: number }
  | { do: 'recount' }
  | { do: 'audit' }
export type Ran = {
  ms: number
  granted: number
  repeats: number
  soldOut: number
  p50: number
  p99: number
}

const sides: Record<string, (postgres: string, redis: string) => Promise<Side>> = {
  ours: (postgres) => openOurs(postgres),
  'one call per hold': (postgres) => openOneByOne(postgres),
  'Lua, AOF always': (_, redis) => openLua(redis, 'always'),
  'Lua, AOF everysec': (_, redis) => openLua(redis, 'everysec'),
  'row lock': (postgres) => openRowLock(postgres),
  'SKIP LOCKED units': (postgres) => openUnits(postgres),
  Medusa: (postgres) => openMedusa(postgres),
  'the load alone': async () => openNothing(),
}

const [name = '', postgres = '', redis = ''] = process.argv.slice(2)
const side = await (sides[name] as (typeof sides)[string])(postgres, redis)

answerQuestions<Question, unknown>(async (question) => {
  if (question.do === 'prepare') return side.prepare(question.stock)
  if (question.do === 'recount') return side.recount()
  if (question.do === 'audit') return side.audit?.() ?? []
  return run(question)
})

async function run({ attempts, inFlight, variants }: Question & { do: 'run' }): Promise<Ran> {
  const counts = { granted: 0, repeat: 0, 'sold-out': 0 }
  const took: number[] = []
  const asked: Ask[] = []
  let next = 0
  async function buyers(): Promise<void> {
    while (next < attempts) {
      const n = next++
      const before = asked[n - inFlight * 2]
      const again = n % repeatEvery === 0 && before ? before : undefined
      const ask = again ?? { id: newId(), buyer: newId(), key: newId(), variant: n % variants }
      if (!again) asked[n] = ask
      const startedAt = performance.now()
      counts[await side.hold(ask)] += 1
      took.push(performance.now() - startedAt)
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: inFlight }, buyers))
  const ms = performance.now() - startedAt
  return {
    ms,
    granted: counts.granted,
    repeats: counts.repeat,
    soldOut: counts['sold-out'],
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
  }
}
