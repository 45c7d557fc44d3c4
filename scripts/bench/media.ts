import type { Asked } from './arguments.ts'
import { cpuMsOf, ownCpuMsOf } from './cpu.ts'
import type { Counted } from './media/audience.ts'
import { openServers } from './processes.ts'
import { Figures, judge, machine, type Report, type Target, Void } from './report.ts'
import { openJanus, openSfus, type Sfu } from './sfu.ts'

const settleMs = 1_000
/** Viewers that are still on a smaller layer would be cheap. */
const heardMin = 0.9
/** A machine that is this far behind is not asked what it lost: queues of the load itself ran over. */
const lateMs = 500

/**
 * One host, many viewers with real SRTP. Ours is the real server; the other is mediasoup and nothing
 * else. Every viewer decrypts all it gets; one in fifty also looks at every packet.
 */
export async function benchMedia(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const [sizes, seconds, runs] = asked.quick ? [[100, 200], 3, 3] : [[100, 200, 400], 5, 6]
  const servers = await openServers(open)
  const janus = await openJanus(servers, open)
  const sfus: Sfu[] = [
    ...(await openSfus(servers, open, Math.max(...sizes))),
    ...(janus ? [janus] : []),
  ]
  const all: { sfu: Sfu; viewers: number; measured: Measured }[] = []
  const failed = new Map<string, string>()
  const hasFailed = ({ who }: Sfu, viewers: number) => failed.has(`${who}, ${viewers}`)
  for (let run = 0; run < runs; run += 1) {
    for (const viewers of sizes) {
      for (const sfu of fromAnother(sfus, run).filter((one) => !hasFailed(one, viewers))) {
        await sfu.audience.ask({ do: 'grow', to: viewers })
        await new Promise((resolve) => setTimeout(resolve, settleMs))
        const measured = await measure(sfu, viewers, seconds).catch((why: unknown) => {
          if (!(why instanceof Behind || (sfu === janus && why instanceof Void))) throw why
          failed.set(`${sfu.who}, ${viewers}`, why.message)
        })
        if (measured) all.push({ sfu, viewers, measured })
        await sfu.audience.ask({ do: 'shrink' })
        process.stderr.write('.')
      }
    }
  }
  const figures = new Figures()
  for (const { sfu, viewers, measured } of all) {
    if (!hasFailed(sfu, viewers)) note(figures, sfu, viewers, measured)
  }
  const most = mostOf(sizes, failed)
  return {
    name: 'media',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: judge(targets(most), figures),
    notes: [
      'One host: 1.5 Mbit/s in three layers and Opus, 200 packets a second to each viewer. Viewers are libdatachannel.',
      'A packet counts when it was to be sent; what our own viewers were too slow to read, or the kernel’s loopback to carry, is told as `dropped on the way`.',
      janus
        ? 'Janus 1.1.2 of Debian takes plain RTP and the largest layer alone, and has a socket for each viewer; one thread sends to all.'
        : 'Janus is not installed, or this machine has no address but loopback: no figure of it.',
      ...[...failed].map(([who, why]) => `No figure of ${who} viewers: ${why}.`),
      ...figures.unsteady(/a packet/),
    ],
  }
}

/** Each run begins with another side: what one leaves to be done falls on each of the others as often. */
const fromAnother = (sfus: Sfu[], run: number): Sfu[] => {
  const first = run % sfus.length
  return [...sfus.slice(first), ...sfus.slice(0, first)]
}

/**
 * Packets waited for a core, some for so long that the server's own socket had no room for more: what they cost
 * does not show in the time they were counted. Ours has no score at all where the bare one kept up.
 */
class Behind extends Void {}

/** The most viewers that this machine could be asked to carry: ours is let off only where the bare one is. */
function mostOf(sizes: number[], failed: Map<string, string>): number {
  const [ours, bare] = (['ours', 'bare mediasoup'] as const).map((who) =>
    sizes.filter((viewers) => !failed.has(`${who}, ${viewers}`)),
  ) as [number[], number[]]
  const most = Math.max(0, ...ours)
  if (most === 0 || bare.some((viewers) => !ours.includes(viewers))) {
    throw new Void(`ours was behind: ${[...failed].join('; ')}`)
  }
  return most
}

const carried = (viewers: number) => `${viewers} viewers: viewers a core`

type Measured = Counted & { allMs: number; workersMs: number; nodeMs: number; seconds: number }

async function measure(sfu: Sfu, viewers: number, seconds: number): Promise<Measured> {
  const workers = sfu.workers()
  const before = [cpuMsOf(sfu.pids), cpuMsOf(workers), ownCpuOf(sfu)] as const
  const counted = await sfu.audience.ask<Counted>({ do: 'count', seconds })
  const [all, worker, node] = before
  if (counted.wrong.length > 0) throw new Void(`${sfu.who}: ${counted.wrong.join('; ')}`)
  if (counted.heard === 0) throw new Void(`${sfu.who}: ${viewers} viewers heard nothing`)
  const { heard, lost, dropped } = counted
  if (counted.p99 > lateMs)
    throw new Behind(`one packet in a hundred came ${counted.p99 | 0} ms late`)
  if (lost > dropped) {
    throw new Behind(`${lost} packets were lost, of them ${dropped} at most on the way`)
  }
  if (heard < heardMin * counted.packets && dropped === 0) {
    throw new Behind(`${heard} of ${counted.packets} packets were heard in time`)
  }
  return {
    ...counted,
    allMs: cpuMsOf(sfu.pids) - all,
    workersMs: cpuMsOf(workers) - worker,
    nodeMs: ownCpuOf(sfu) - node,
    seconds,
  }
}

const ownCpuOf = ({ node }: Sfu) => (node ? ownCpuMsOf(node) : 0)

function note(figures: Figures, { who, node }: Sfu, viewers: number, m: Measured): void {
  const name = `${viewers} viewers`
  const packets = m.packets * viewers
  figures.add(who, `${name}: workers, CPU a packet`, 'µs', (m.workersMs / packets) * 1000)
  figures.add(who, `${name}: all, CPU a packet`, 'µs', (m.allMs / packets) * 1000)
  figures.add(who, carried(viewers), '', (viewers * m.seconds * 1000) / m.workersMs)
  if (node)
    figures.add(who, `${name}: Node's share of a core`, '%', (m.nodeMs / m.seconds / 1000) * 100)
  figures.add(who, `${name}: delay, p50`, 'ms', m.p50)
  figures.add(who, `${name}: delay, p99`, 'ms', m.p99)
  figures.add(who, `${name}: dropped on the way`, 'packets', m.dropped)
  figures.add(who, `${name}: load's own CPU`, 'ms', m.cpuMs)
}

const beside = (peer: Sfu['who'], viewers: number, target: number): Target => {
  const metric = carried(viewers)
  const value = (f: Figures) =>
    f.has('ours', metric) && f.has(peer, metric)
      ? f.median('ours', metric) / f.median(peer, metric)
      : undefined
  return { of: `ours, viewers a core at ${viewers}`, to: peer, target, value }
}

const targets = (viewers: number): Target[] => [
  beside('bare mediasoup', viewers, 0.97),
  beside('Janus', viewers, 1),
  {
    of: `Node at ${viewers} viewers`,
    to: '% of a core',
    target: 5,
    atMost: true,
    value: (f) => f.median('ours', `${viewers} viewers: Node's share of a core`),
  },
]
