import type { Asked } from './arguments.ts'
import { type Contestant, ours, peer } from './fanout/contestants.ts'
import { type Case, checkNumbers, inRoom, measure, note, warmUp } from './fanout/room.ts'
import { setStage, startHouse } from './house.ts'
import { openServers } from './processes.ts'
import { Figures, judge, machine, type Report, type Target } from './report.ts'

const viewers = 2_000
const mixed: Case = { name: '200/s mixed', mix: 'mix', perSecond: 200 }
const talk: Case = { name: '200 messages/s', mix: 'chat', perSecond: 200 }

/** One room, told two hundred things a second: where nobody can read each by itself any more. */
export async function benchBusy(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const [seconds, runs] = asked.quick ? [1, 3] : [5, 5]
  const alone = await startHouse(await openServers(open), open)
  // On servers of its own: even idle it asks Postgres and Redis something, which must not count for the other.
  const pair = await startHouse(await openServers(open), open, { processes: 2 })
  const contestants = [
    ours(alone, await setStage(alone, viewers)),
    await peer('Socket.IO', open),
    await peer('ws', open),
    ours(pair, await setStage(pair, viewers)),
  ].filter((one): one is Contestant => one !== undefined)
  const figures = new Figures()
  for (let run = 0; run < runs; run += 1) {
    for (const contestant of contestants) {
      await inRoom(contestant, viewers, open, async (audience) => {
        await warmUp(contestant, audience, mixed)
        for (const one of [mixed, talk]) {
          const measured = await measure(contestant, audience, one, seconds)
          note(figures, contestant, one, one.perSecond * seconds * viewers, measured)
        }
        await checkNumbers(contestant, audience)
      })
      process.stderr.write('.')
    }
  }
  return {
    name: 'busy',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: judge(targets, figures),
    notes: [
      `${viewers} viewers, ${seconds} s of each after one that does not count. CPU of ours is its web processes, Postgres and Redis together,`,
      'with all that an event costs: checking, deciding, writing, telling. Peers only tell.',
      'Who tells has one core, its load the other, and a database both; ours in two processes and its load have both too.',
      '200/s mixed is 60 % chat, 30 % reactions, 10 % holds; ours tells the latter two as numbers, not as events:',
      'the deliveries counted are its messages alone, `with what pulses stand for` counts all that was said; every',
      'heart must have come in a number. Peers tell each as an event, which the ratios to them count.',
      ...figures.unsteady(/CPU a delivery/),
    ],
  }
}

const rate = (who: string, { name }: Case, f: Figures) => f.median(who, `${name}: deliveries`)
const against = (to: string, one: Case, target: number): Target => ({
  of: `ours, ${one.name}`,
  to,
  target,
  value: (f) => rate('ours', one, f) / rate(to, one, f),
})
const alone = (one: Case, metric: string, to: string, target: number, atMost?: true): Target => ({
  of: `ours, ${one.name}, ${metric}`,
  to,
  target,
  ...(atMost && { atMost }),
  value: (f) => f.median('ours', `${one.name}: ${metric}`),
})

const targets: readonly Target[] = [mixed, talk].flatMap((one) => [
  against('Socket.IO', one, 4),
  against('ws', one, 5),
  alone(one, 'deliveries', 'a CPU-second', 1e6),
  alone(one, 'p99', 'ms', 75, true),
])
