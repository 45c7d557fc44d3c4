import { keepApart } from '../cores.ts'
import { cpuMsOf } from '../cpu.ts'
import { startWorker, type Worker } from '../processes.ts'
import { type Figures, Void } from '../report.ts'
import type { Contestant } from './contestants.ts'
import type { Mix } from './say.ts'
import type { Told } from './viewers.ts'

export type Case = { name: string; mix: Mix; perSecond: number }

const settleMs = 250
const warmUpSeconds = 1
/** As many a second as every side carries. */
const warmUpRate = 40

/** Fills a room of one contestant, does what is to be done in it, and empties it. Two processes have two cores. */
export async function inRoom(
  { tongue, door, stage, web }: Contestant,
  viewers: number,
  open: AsyncDisposableStack,
  act: (audience: Worker) => Promise<void>,
): Promise<void> {
  const audience = startWorker('./fanout/viewers.ts')
  open.defer(() => audience.stop())
  if (web.length === 1) keepApart(web, audience.pid)
  await audience.ask({ do: 'open', tongue, ...door, viewers, ...(stage && { stage }) })
  await new Promise((resolve) => setTimeout(resolve, settleMs))
  await act(audience)
  await audience.ask({ do: 'close' })
  await audience.stop()
}

/**
 * A second of it before anything counts: what a process does for the first time is compiled then, and what the
 * handshakes left is collected. Runs are seconds long, and the first second of messages took ours 1.4 µs a
 * delivery, later ones 0.8 to 1.1.
 */
export async function warmUp(
  contestant: Contestant,
  audience: Worker,
  { name, mix }: Case,
): Promise<void> {
  await measure(contestant, audience, { name, mix, perSecond: warmUpRate }, warmUpSeconds)
}

type Measured = Told & { serverMs: number; webMs: number }

/** Says so much for so long; a run in which a viewer missed something has no score. */
export async function measure(
  { who, pids, web }: Contestant,
  audience: Worker,
  { mix, perSecond }: Case,
  seconds: number,
): Promise<Measured> {
  const [before, webBefore] = [cpuMsOf(pids), cpuMsOf(web)]
  const told = await audience.ask<Told>({ do: 'run', mix, perSecond, seconds })
  const serverMs = cpuMsOf(pids) - before
  const webMs = cpuMsOf(web) - webBefore
  if (told.wrong.length > 0) throw new Void(`${who}: ${told.wrong.join('; ')}`)
  if (told.least !== told.said || told.most !== told.said) {
    throw new Void(`${who}: ${told.said} events, viewers got ${told.least} to ${told.most}`)
  }
  return { ...told, serverMs, webMs }
}

/** What was told as a number must have come as well: a run in which a heart is missing has no score. */
export async function checkNumbers({ who, tongue }: Contestant, audience: Worker): Promise<void> {
  if (tongue !== 'ours') return
  const { wrong } = await audience.ask<{ wrong: string[] }>({ do: 'numbers' })
  if (wrong.length > 0) throw new Void(`${who}: ${wrong.slice(0, 3).join('; ')}`)
}

/** `all` deliveries there would be, had each thing said been an event of its own. */
export function note(
  figures: Figures,
  { who }: Contestant,
  { name }: Case,
  all: number,
  m: Measured,
): void {
  const perCpuSecond = (deliveries: number) => (deliveries / m.serverMs) * 1000
  figures.add(who, `${name}: deliveries`, '/CPU-s', perCpuSecond(m.delivered))
  if (all > m.delivered) {
    figures.add(who, `${name}: with what pulses stand for`, '/CPU-s', perCpuSecond(all))
  }
  figures.add(who, `${name}: CPU a delivery`, 'µs', (m.serverMs / m.delivered) * 1000)
  if (m.serverMs > m.webMs) {
    figures.add(who, `${name}: of it the web process`, 'µs', (m.webMs / m.delivered) * 1000)
  }
  figures.add(who, `${name}: p50`, 'ms', m.p50)
  figures.add(who, `${name}: p99`, 'ms', m.p99)
  figures.add(who, `${name}: load's own CPU`, 'ms', m.cpuMs)
}
