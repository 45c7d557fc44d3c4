import type { Asked } from './arguments.ts'
import { cpuMsOf, ownCpuMsOf } from './cpu.ts'
import type { Counted } from './media/audience.ts'
import { Figures, judge, machine, type Report, type Target, Void } from './report.ts'
import { openSfus, type Sfu } from './sfu.ts'

const settleMs = 1_000
/** Viewers that are still on a smaller layer would be cheap. */
const heardMin = 0.9

/**
 * One host, many viewers with real SRTP. Ours is the real server; the other is mediasoup and nothing
 * else. Every viewer decrypts all it gets; one in fifty also looks at every packet.
 */
export async function benchMedia(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const [sizes, seconds, runs] = asked.quick ? [[100, 200], 3, 3] : [[100, 200, 400], 5, 3]
  const most = Math.max(...sizes)
  const figures = new Figures()
  const sfus = await openSfus(open, most)
  for (let run = 0; run < runs; run += 1) {
    for (const viewers of sizes) {
      for (const sfu of sfus) {
        await sfu.audience.ask({ do: 'grow', to: viewers })
        await new Promise((resolve) => setTimeout(resolve, settleMs))
        note(figures, sfu.who, viewers, await measure(sfu, viewers, seconds))
        await sfu.audience.ask({ do: 'shrink' })
        process.stderr.write('.')
      }
    }
  }
  return {
    name: 'media',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: judge(targets(most), figures),
    notes: [
      'One host: 1.5 Mbit/s in three layers and Opus, 200 packets a second to each viewer. Viewers are libdatachannel.',
      'A packet counts when it was to be sent; what our own viewers were too slow to read is told as `dropped by the load`.',
      ...figures.unsteady(/a packet/),
    ],
  }
}

type Measured = Counted & { allMs: number; workersMs: number; nodeMs: number; seconds: number }

async function measure(sfu: Sfu, viewers: number, seconds: number): Promise<Measured> {
  const workers = sfu.workers()
  const before = [cpuMsOf(sfu.pids), cpuMsOf(workers), ownCpuMsOf(sfu.node)] as const
  const counted = await sfu.audience.ask<Counted>({ do: 'count', seconds })
  const [all, worker, node] = before
  if (counted.wrong.length > 0) throw new Void(`${sfu.who}: ${counted.wrong.join('; ')}`)
  if (counted.heard === 0) throw new Void(`${sfu.who}: ${viewers} viewers heard nothing`)
  if (counted.heard < heardMin * counted.packets && counted.dropped === 0) {
    throw new Void(`${sfu.who}: ${counted.heard} of ${counted.packets} packets were heard`)
  }
  if (counted.lost > 0 && counted.dropped === 0) {
    throw new Void(`${sfu.who}: ${counted.lost} packets were lost, and not by us`)
  }
  return {
    ...counted,
    allMs: cpuMsOf(sfu.pids) - all,
    workersMs: cpuMsOf(workers) - worker,
    nodeMs: ownCpuMsOf(sfu.node) - node,
    seconds,
  }
}

function note(figures: Figures, who: string, viewers: number, m: Measured): void {
  const name = `${viewers} viewers`
  const packets = m.packets * viewers
  figures.add(who, `${name}: workers, CPU a packet`, 'µs', (m.workersMs / packets) * 1000)
  figures.add(who, `${name}: all, CPU a packet`, 'µs', (m.allMs / packets) * 1000)
  figures.add(who, `${name}: viewers a core`, '', (viewers * m.seconds * 1000) / m.workersMs)
  figures.add(who, `${name}: Node's share of a core`, '%', (m.nodeMs / m.seconds / 1000) * 100)
  figures.add(who, `${name}: delay, p50`, 'ms', m.p50)
  figures.add(who, `${name}: delay, p99`, 'ms', m.p99)
  figures.add(who, `${name}: dropped by the load`, 'packets', m.dropped)
  figures.add(who, `${name}: load's own CPU`, 'ms', m.cpuMs)
}

const targets = (viewers: number): Target[] => [
  {
    of: `ours, viewers a core at ${viewers}`,
    to: 'bare mediasoup',
    target: 0.97,
    value: (f) =>
      f.median('ours', `${viewers} viewers: viewers a core`) /
      f.median('bare mediasoup', `${viewers} viewers: viewers a core`),
  },
  {
    of: `Node at ${viewers} viewers`,
    to: '% of a core',
    target: 5,
    atMost: true,
    value: (f) => f.median('ours', `${viewers} viewers: Node's share of a core`),
  },
]
