import { setTimeout as pause } from 'node:timers/promises'
import type { Asked } from './arguments.ts'
import { memoryOf } from './cpu.ts'
import { type Contestant, ours, peer } from './fanout/contestants.ts'
import { inRoom } from './fanout/room.ts'
import { setStage, startHouse } from './house.ts'
import type { Servers } from './keeper.ts'
import { openServers } from './processes.ts'
import { Figures, judge, machine, type Report, type Target } from './report.ts'

const viewers = 10_000
const runs = 3

/** A room where ten thousand only watch: what each keeps in memory, in processes started for it. */
export async function benchCrowd(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const idleMs = asked.quick ? 12_000 : 30_000
  const servers = await openServers(open)
  const figures = new Figures()
  for (let run = 0; run < runs; run += 1) {
    await using own = new AsyncDisposableStack()
    open.defer(() => own.disposeAsync()) // when we are interrupted; refused when we were already
    await weighAll(
      [
        await startOurs(servers, own),
        await startPeer('Socket.IO', own),
        await startPeer('ws', own),
      ],
      idleMs,
      figures,
      own,
    )
  }
  return {
    name: 'crowd',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: judge(targets, figures),
    notes: [
      `${viewers} viewers, each an account with a session, who came a hundred at a time and then read for ${idleMs / 1000} s.`,
      'Resident memory (RSS) of the web process, less what it had before they came; what the kernel keeps for a socket is in nobody’s.',
    ],
  }
}

async function startOurs(servers: Servers, open: AsyncDisposableStack): Promise<Contestant> {
  const house = await startHouse(servers, open)
  return ours(house, await setStage(house, viewers))
}

async function startPeer(who: 'Socket.IO' | 'ws', open: AsyncDisposableStack): Promise<Contestant> {
  const started = await peer(who, open)
  if (!started) throw new Error(`${who} did not start`)
  return started
}

/** One room fills after the other; then all are quiet at the same time, each for as long. */
async function weighAll(
  contestants: Contestant[],
  idleMs: number,
  figures: Figures,
  open: AsyncDisposableStack,
): Promise<void> {
  const weighed: Promise<void>[] = []
  for (const contestant of contestants) {
    const filled = Promise.withResolvers<void>()
    const weighing = weigh(contestant, idleMs, figures, open, filled.resolve)
    weighed.push(weighing)
    await Promise.race([filled.promise, weighing])
  }
  await Promise.all(weighed)
}

async function weigh(
  { web, who, ...rest }: Contestant,
  idleMs: number,
  figures: Figures,
  open: AsyncDisposableStack,
  filled: () => void,
): Promise<void> {
  const [pid = 0] = web
  const before = memoryOf(pid)
  await inRoom({ web, who, ...rest }, viewers, open, async () => {
    filled()
    await pause(idleMs)
    figures.add(who, 'memory', 'KB/viewer', (memoryOf(pid) - before) / viewers / 1024)
    figures.add(who, 'memory of the process', 'MB', memoryOf(pid) / 2 ** 20)
  })
  process.stderr.write('.')
}

const per = (to: string) => (f: Figures) => f.median('ours', 'memory') / f.median(to, 'memory')

const targets: readonly Target[] = [
  {
    of: 'ours, memory a viewer',
    to: 'Socket.IO',
    target: 0.6,
    atMost: true,
    value: per('Socket.IO'),
  },
]
