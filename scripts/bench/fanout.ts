import type { Asked } from './arguments.ts'
import { cpuMsOf, memoryOf } from './cpu.ts'
import type { Kind, Mix, Told } from './fanout/viewers.ts'
import { type House, type Stage, setStage, startHouse } from './house.ts'
import { openServers, startWorker, type Worker } from './processes.ts'
import { Figures, machine, type Report, ratio, Void } from './report.ts'

type Case = { name: string; mix: Mix; perSecond: number; short?: true }
type Contestant = {
  who: Kind
  /** Its process first, then the servers that it uses. */
  pids: number[]
  ports: { port: number; linePort?: number }
  house?: Stage
}

const urgent: Case = { name: '30 pins/s', mix: 'urgent', perSecond: 30 }
const busy: Case = { name: '200/s mixed', mix: 'mix', perSecond: 200, short: true }
const talk: Case = { name: '200 messages/s', mix: 'chat', perSecond: 200, short: true }
const cases = [urgent, busy, talk]
const settleMs = 1_000

/**
 * One room, told many things a second. Ours is the real server with its database; the peers are
 * small servers that only tell. A delivery counts when it arrived, in order, at a viewer of another
 * process; numbers that stand for many events (the pulse) are a figure of their own.
 */
export async function benchFanout(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const [viewers, seconds, runs] = asked.quick ? [2_000, 2, 3] : [2_000, 10, 5]
  const servers = await openServers(open)
  const house = await startHouse(servers, open)
  const stage = await setStage(house, viewers)
  const contestants = [ours(house, stage), ...(await peers(open))]
  const figures = new Figures()
  for (let run = 0; run < runs; run += 1) {
    for (const contestant of contestants) {
      await watch(contestant, { viewers, seconds, figures, open })
      process.stderr.write('.')
    }
  }
  return {
    name: 'fanout',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: ratios(figures),
    notes: [
      `${viewers} viewers, ${seconds} s of pins, ${seconds / 2} s of each other kind. CPU of ours is the web process, Postgres and Redis together,`,
      'with all that an event costs: checking, deciding, writing, telling. Peers only tell.',
      '200/s mixed is 60 % chat, 30 % reactions, 10 % holds; ours tells the latter two as numbers, not as events:',
      'the deliveries counted are its messages alone, `with what pulses stand for` counts all that was said.',
      ...figures.unsteady(/µs|CPU a delivery/),
    ],
  }
}

function ours({ pid, port, servers }: House, house: Stage): Contestant {
  return {
    who: 'ours',
    pids: [pid, servers.postgres.pid, servers.redis.pid],
    ports: { port },
    house,
  }
}

function peers(open: AsyncDisposableStack): Promise<Contestant[]> {
  const kinds: Kind[] = ['Socket.IO', 'ws', 'raw write']
  return Promise.all(
    kinds.map(async (who) => {
      const worker = startWorker('./fanout/peer.ts', [who])
      open.defer(() => worker.stop())
      const ports = await worker.ask<Contestant['ports']>({})
      return { who, pids: [worker.pid], ports }
    }),
  )
}

type Watch = { viewers: number; seconds: number; figures: Figures; open: AsyncDisposableStack }

async function watch(contestant: Contestant, { viewers, seconds, figures, open }: Watch) {
  const { who, pids, ports, house } = contestant
  const audience = startWorker('./fanout/viewers.ts')
  open.defer(() => audience.stop())
  const web = pids.slice(0, 1)
  const [memory, cpu, webCpu] = [memoryOf(pids[0] as number), cpuMsOf(pids), cpuMsOf(web)]
  await audience.ask({ do: 'open', kind: who, ...ports, viewers, ...(house && { house }) })
  figures.add(who, 'join: CPU', 'µs/viewer', ((cpuMsOf(pids) - cpu) / viewers) * 1000)
  if (house) {
    const ms = cpuMsOf(web) - webCpu
    figures.add(who, 'join: of it the web process', 'µs/viewer', (ms / viewers) * 1000)
  }
  const grown = memoryOf(pids[0] as number) - memory
  figures.add(who, 'memory', 'KB/viewer', grown / viewers / 1024)
  await new Promise((resolve) => setTimeout(resolve, settleMs))
  for (const one of cases) {
    const how = { viewers, seconds: one.short ? seconds / 2 : seconds }
    note(figures, contestant, one, await measure(contestant, audience, one, how))
  }
  await audience.ask({ do: 'close' })
  await audience.stop()
}

type Measured = Told & { serverMs: number; webMs: number; all: number }

async function measure(
  { who, pids }: Contestant,
  audience: Worker,
  { mix, perSecond }: Case,
  { viewers, seconds }: { viewers: number; seconds: number },
): Promise<Measured> {
  const web = pids.slice(0, 1)
  const [before, webBefore] = [cpuMsOf(pids), cpuMsOf(web)]
  const told = await audience.ask<Told>({ do: 'run', mix, perSecond, seconds })
  const serverMs = cpuMsOf(pids) - before
  const webMs = cpuMsOf(web) - webBefore
  if (told.wrong.length > 0) throw new Void(`${who}: ${told.wrong.join('; ')}`)
  if (told.least !== told.said || told.most !== told.said) {
    throw new Void(`${who}: ${told.said} events, viewers got ${told.least} to ${told.most}`)
  }
  return { ...told, serverMs, webMs, all: perSecond * seconds * viewers }
}

function note(figures: Figures, { who }: Contestant, { name }: Case, m: Measured): void {
  const perCpuSecond = (deliveries: number) => (deliveries / m.serverMs) * 1000
  figures.add(who, `${name}: deliveries`, '/CPU-s', perCpuSecond(m.delivered))
  if (m.all > m.delivered) {
    figures.add(who, `${name}: with what pulses stand for`, '/CPU-s', perCpuSecond(m.all))
  }
  figures.add(who, `${name}: CPU a delivery`, 'µs', (m.serverMs / m.delivered) * 1000)
  if (m.serverMs > m.webMs) {
    figures.add(who, `${name}: of it the web process`, 'µs', (m.webMs / m.delivered) * 1000)
  }
  figures.add(who, `${name}: p50`, 'ms', m.p50)
  figures.add(who, `${name}: p99`, 'ms', m.p99)
  figures.add(who, `${name}: load's own CPU`, 'ms', m.cpuMs)
}

function ratios(figures: Figures) {
  const rate = (who: Kind, { name }: Case) => figures.median(who, `${name}: deliveries`)
  const p99 = (who: Kind, { name }: Case) => figures.median(who, `${name}: p99`)
  const against = (peer: Kind, one: Case, target: number) =>
    ratio(`ours, ${one.name}`, peer, rate('ours', one) / rate(peer, one), target)
  const per = (metric: string) =>
    figures.median('ours', metric) / figures.median('Socket.IO', metric)
  return [
    against('Socket.IO', urgent, 1.6),
    against('ws', urgent, 1.1),
    against('raw write', urgent, 0.9),
    against('Socket.IO', busy, 4),
    against('ws', busy, 5),
    ratio('ours, 200/s mixed', 'deliveries a CPU-second', rate('ours', busy), 1e6),
    ratio('ours, 200/s mixed, p99', 'ms', p99('ours', busy), 75, true),
    against('Socket.IO', talk, 4),
    against('ws', talk, 5),
    ratio('ours, 200 messages/s', 'deliveries a CPU-second', rate('ours', talk), 1e6),
    ratio('ours, memory', 'Socket.IO', per('memory'), 0.6, true),
    ratio('ours, CPU of a join', 'Socket.IO', per('join: CPU'), 1.15, true),
  ]
}
