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
  const idleMs = asked.quick ? 3_000 : 20_000
  const servers = await openServers(open)
  const figures = new Figures()
  for (let run = 0; run < runs; run += 1) {
    for (const start of [startOurs(servers), startPeer('Socket.IO'), startPeer('ws')]) {
      await using own = new AsyncDisposableStack()
      open.defer(() => own.disposeAsync()) // when we are interrupted; refused when we were already
      await weigh(await start(own), idleMs, figures, own)
      process.stderr.write('.')
    }
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

type Start = (open: AsyncDisposableStack) => Promise<Contestant>

function startOurs(servers: Servers): Start {
  return async (open) => {
    const house = await startHouse(servers, open)
    return ours(house, await setStage(house, viewers))
  }
}

function startPeer(who: 'Socket.IO' | 'ws'): Start {
  return async (open) => {
    const started = await peer(who, open)
    if (!started) throw new Error(`${who} did not start`)
    return started
  }
}

async function weigh(
  contestant: Contestant,
  idleMs: number,
  figures: Figures,
  open: AsyncDisposableStack,
): Promise<void> {
  const [pid = 0] = contestant.web
  const before = memoryOf(pid)
  await inRoom(contestant, viewers, open, async () => {
    await pause(idleMs)
    figures.add(contestant.who, 'memory', 'KB/viewer', (memoryOf(pid) - before) / viewers / 1024)
    figures.add(contestant.who, 'memory of the process', 'MB', memoryOf(pid) / 2 ** 20)
  })
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
