import type { Asked } from './arguments.ts'
import { type Contestant, ours, peer } from './fanout/contestants.ts'
import { type Case, inRoom, measure, note, warmUp } from './fanout/room.ts'
import { setStage, startHouse } from './house.ts'
import { openServers } from './processes.ts'
import { Figures, judge, machine, type Report, type Target } from './report.ts'

const viewers = 2_000
const urgent: Case = { name: '30 pins/s', mix: 'urgent', perSecond: 30 }

/**
 * One room, told one urgent thing at a time. Ours is the real server with its database; the peers are
 * small servers that only tell. A delivery counts when it arrived, in order, at a viewer of another process.
 */
export async function benchFanout(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const [seconds, runs] = asked.quick ? [2, 3] : [8, 5]
  const servers = await openServers(open)
  const alone = await startHouse(servers, open)
  // On servers of its own: even idle it asks Postgres and Redis something, which must not count for the other.
  const pair = await startHouse(await openServers(open), open, { processes: 2 })
  const strangers = { args: [servers.folder] }
  const [centrifuge, nchan] = [
    await peer('Centrifuge', open, strangers),
    await peer('nchan', open, strangers),
  ]
  const contestants = [
    ours(alone, await setStage(alone, viewers)),
    await peer('Socket.IO', open),
    await peer('ws', open),
    await peer('raw write', open),
    centrifuge,
    nchan,
    ours(pair, await setStage(pair, viewers)),
  ].filter((one): one is Contestant => one !== undefined)
  const figures = new Figures()
  for (let run = 0; run < runs; run += 1) {
    for (const contestant of contestants) {
      await inRoom(contestant, viewers, open, async (audience) => {
        await warmUp(contestant, audience, urgent)
        const measured = await measure(contestant, audience, urgent, seconds)
        note(figures, contestant, urgent, measured.delivered, measured)
      })
      process.stderr.write('.')
    }
  }
  const absent = { 'Centrifuge 0.15': centrifuge, 'nchan 1.3.6': nchan }
  return {
    name: 'fanout',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: judge(targets, figures),
    notes: [
      `${viewers} viewers, ${seconds} s of pins after one that does not count. CPU of ours is its web processes, Postgres and Redis together,`,
      'with all that a pin costs: checking, deciding, writing, telling. Peers only tell.',
      'Who tells has one core, its load the other, and a database both; ours in two processes and its load have both too.',
      "Centrifuge is the library of Debian 12 (0.15, of 2021) on Debian's Go; nchan is Debian's too.",
      ...Object.entries(absent).flatMap(([name, one]) =>
        one ? [] : [`${name} is not installed: a run without --quick does it. No figure.`],
      ),
      ...figures.unsteady(/CPU a delivery/),
    ],
  }
}

const rate = `${urgent.name}: deliveries`
const times = (to: string) => (f: Figures) =>
  f.has(to, rate) ? f.median('ours', rate) / f.median(to, rate) : undefined
const of = `ours, ${urgent.name}`

const targets: readonly Target[] = [
  { of, to: 'Socket.IO', target: 1.6, value: times('Socket.IO') },
  { of, to: 'ws', target: 1.1, value: times('ws') },
  { of, to: 'raw write', target: 0.9, value: times('raw write') },
  { of, to: 'Centrifuge', target: 1.3, value: times('Centrifuge') },
  { of, to: 'nchan', target: 1.2, value: times('nchan') },
]
