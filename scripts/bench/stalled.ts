import type { Asked } from './arguments.ts'
import { type Contestant, ours } from './fanout/contestants.ts'
import { type Case, inRoom, measure, warmUp } from './fanout/room.ts'
import { setStage, startHouse } from './house.ts'
import { openServers, type Worker } from './processes.ts'
import { Figures, judge, machine, type Report, type Target } from './report.ts'

const viewers = 2_000
const stalled = 20
const talk: Case = { name: '200 messages/s', mix: 'chat', perSecond: 200 }
const without = 'ours, all read'
const with_ = 'ours, 1 % stalled'

/**
 * A room in which some read nothing any more: what that costs the others, and the server for each of them.
 * To fill what the kernel keeps for them takes thousands of answers in two seconds: what these leave to be
 * done and collected is over before anything counts, as is what the others' coming leaves.
 */
export async function benchStalled(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const [seconds, runs] = asked.quick ? [3, 5] : [5, 11]
  const servers = await openServers(open)
  const house = await startHouse(servers, open)
  const contestant = ours(house, await setStage(house, viewers + stalled))
  const figures = new Figures()
  await inRoom(contestant, viewers, open, async (audience) => {
    await measure(contestant, audience, talk, seconds)
    for (let run = 0; run < runs; run += 1) {
      // Who is first would otherwise always have the other's garbage to collect.
      for (const who of run % 2 === 0 ? [without, with_] : [with_, without]) {
        await listen(contestant, audience, who, { seconds, figures })
        process.stderr.write('.')
      }
    }
  })
  return {
    name: 'stalled',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: judge(targets, figures),
    notes: [
      `${viewers} viewers who read, ${stalled} more who read too or nothing at all: the kernel was full of what they left before anything counted.`,
      `Then a second that does not count and ${seconds} s of 200 messages a second. p99 is that of the others; unread is what the web process itself keeps for one of them.`,
      'The web process has one core, the load the other, and the database both.',
      ...figures.unsteady(/p99/),
    ],
  }
}

async function listen(
  contestant: Contestant,
  audience: Worker,
  who: string,
  { seconds, figures }: { seconds: number; figures: Figures },
): Promise<void> {
  const reading = who === without
  await audience.ask({ do: 'extra', count: stalled, reading })
  await warmUp(contestant, audience, talk)
  const { p50, p99, serverMs, delivered } = await measure(contestant, audience, talk, seconds)
  figures.add(who, 'p50 of the others', 'ms', p50)
  figures.add(who, 'p99 of the others', 'ms', p99)
  figures.add(who, 'CPU a delivery', 'µs', (serverMs / delivered) * 1000)
  if (!reading) {
    const { behind, bytes } = await unread(contestant.door.port)
    figures.add(who, 'still there', 'of 20', behind)
    figures.add(who, 'unread', 'KB/reader', bytes / behind / 1024)
  }
  await audience.ask({ do: 'leave' })
}

/** By the server's own count: who does not take what it is sent, and how much waits for them. */
async function unread(port: number): Promise<{ behind: number; bytes: number }> {
  const page = await fetch(`http://127.0.0.1:${port}/metrics`).then((a) => a.text())
  const read = (name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(page)?.[1])
  return { behind: read('vitrine_viewers_behind'), bytes: read('vitrine_unread_bytes') }
}

const targets: readonly Target[] = [
  {
    of: 'p99 of the others',
    to: 'with nobody stalled',
    target: 1.05,
    atMost: true,
    value: (f) => f.median(with_, 'p99 of the others') / f.median(without, 'p99 of the others'),
  },
  {
    of: 'a stalled reader',
    to: 'KB',
    target: 256,
    atMost: true,
    value: (f) => f.median(with_, 'unread'),
  },
]
