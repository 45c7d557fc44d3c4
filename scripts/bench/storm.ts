import type { Asked } from './arguments.ts'
import { cpuMsOf } from './cpu.ts'
import { type Contestant, ours, peer } from './fanout/contestants.ts'
import { setStage, startHouse } from './house.ts'
import { openServers, startWorker } from './processes.ts'
import { Figures, judge, machine, type Report, type Target } from './report.ts'

const viewers = 5_000
const dressed = 'Socket.IO with state'

/** Everybody comes in the same moment: a connection, a session, a place in the show, and its state. */
export async function benchStorm(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const runs = asked.quick ? 3 : 7
  const servers = await openServers(open)
  const house = await startHouse(servers, open)
  const stage = await setStage(house, viewers)
  const contestants = [
    ours(house, stage),
    await peer('Socket.IO', open),
    await peer(dressed, open, {
      args: [servers.postgres.url, stage.showId],
      servers: [servers.postgres.pid],
      stage,
    }),
  ].filter((one): one is Contestant => one !== undefined)
  const figures = new Figures()
  for (const contestant of contestants) await come(contestant, new Figures(), open)
  for (let run = 0; run < runs; run += 1) {
    for (const contestant of contestants) {
      await come(contestant, figures, open)
      process.stderr.write('.')
    }
  }
  return {
    name: 'storm',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: judge(targets, figures),
    notes: [
      `${viewers} viewers who connect at once, after one such crowd that did not count. CPU of ours is the web process, Postgres and Redis together.`,
      'Plain Socket.IO only lets them into a room: no session, no state. With session and snapshot it asks Postgres for each session',
      'and answers a state that it keeps in memory; ours also reads for each what it holds, whether it is muted or banned, and the state again four times a second.',
      ...figures.unsteady(/CPU$/),
    ],
  }
}

async function come(
  { who, tongue, door, stage, pids, web }: Contestant,
  figures: Figures,
  open: AsyncDisposableStack,
): Promise<void> {
  const audience = startWorker('./fanout/viewers.ts')
  open.defer(() => audience.stop())
  const [cpu, webCpu] = [cpuMsOf(pids), cpuMsOf(web)]
  const question = { do: 'open', tongue, ...door, viewers, atOnce: true, ...(stage && { stage }) }
  const came = await audience.ask<{ ms: number; cpuMs: number }>(question)
  const [ms, webMs] = [cpuMsOf(pids) - cpu, cpuMsOf(web) - webCpu]
  figures.add(who, 'a join: CPU', 'µs', (ms / viewers) * 1000)
  if (ms > webMs) figures.add(who, 'a join: of it the web process', 'µs', (webMs / viewers) * 1000)
  figures.add(who, 'all in step', 's', came.ms / 1000)
  figures.add(who, "load's own CPU", 'µs/viewer', (came.cpuMs / viewers) * 1000)
  await audience.ask({ do: 'close' })
  await audience.stop()
}

const per = (to: string) => (f: Figures) =>
  f.median('ours', 'a join: CPU') / f.median(to, 'a join: CPU')
const of = 'ours, CPU of a join'

const targets: readonly Target[] = [
  { of, to: dressed, target: 1.15, atMost: true, value: per(dressed) },
  { of, to: 'Socket.IO that lets anybody in', target: 1.15, atMost: true, value: per('Socket.IO') },
  {
    of: `ours, ${viewers} in step`,
    to: 's',
    target: 2,
    atMost: true,
    value: (f) => f.median('ours', 'all in step'),
  },
]
