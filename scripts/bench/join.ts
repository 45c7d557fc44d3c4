import type { Asked } from './arguments.ts'
import { cpuMsOf } from './cpu.ts'
import type { Joined } from './media/audience.ts'
import { openServers, type Worker } from './processes.ts'
import { Figures, judge, machine, type Report, type Target } from './report.ts'
import { openSfus, type Sfu } from './sfu.ts'

const atOnce = 60
const inFlight = 50
const warmingJoins = 2_000

/** From the click to the first packet, by real WebRTC clients: one alone, sixty at once, and the asking alone. */
export async function benchJoin(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const [times, joins, runs] = asked.quick ? [20, 200, 3] : [40, 500, 11]
  const figures = new Figures()
  const sfus = await openSfus(await openServers(open), open, 2 * atOnce)
  for (const { audience } of sfus) await warmUp(audience)
  for (let run = 0; run < runs; run += 1) {
    for (const sfu of sfus) {
      const alone = await sfu.audience.ask<Joined>({ do: 'joinAlone', times })
      figures.add(sfu.who, 'one alone: to the first packet, p50', 'ms', alone.p50)
      figures.add(sfu.who, 'one alone: to the connection, p50', 'ms', alone.connectedP50 ?? 0)
      process.stderr.write('.')
    }
    for (const sfu of sfus) {
      const all = await sfu.audience.ask<Joined>({ do: 'joinAtOnce', viewers: atOnce })
      figures.add(sfu.who, `${atOnce} at once: to the first packet, p50`, 'ms', all.p50)
      figures.add(sfu.who, `${atOnce} at once: to the first packet, p99`, 'ms', all.p99)
      process.stderr.write('.')
    }
    for (const sfu of sfus) {
      await signalling(figures, sfu, joins)
      process.stderr.write('.')
    }
  }
  return {
    name: 'join',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: judge(targets, figures),
    notes: [
      `${times} joins one after the other, ${atOnce} at once, ${joins} of signalling alone with ${inFlight} in flight.`,
      'A join: one question for a transport and consumers, ICE and DTLS, the first packet of a sound that comes every 20 ms.',
      'The socket is open and in the show before, and what both speak is known, as our page knows it.',
      'Ours asks by Socket.IO with acks and checks every message; the bare one is asked by lines of JSON and checks nothing.',
      ...figures.unsteady(/CPU/),
    ],
  }
}

/** A show that is watched has been joined before: neither side is measured while its code is compiled. */
async function warmUp(audience: Worker): Promise<void> {
  await audience.ask({ do: 'joinAlone', times: 5 })
  await audience.ask({ do: 'signal', joins: warmingJoins, inFlight })
}

async function signalling(figures: Figures, { who, pids, audience }: Sfu, joins: number) {
  const before = cpuMsOf(pids)
  const told = await audience.ask<Joined>({ do: 'signal', joins, inFlight })
  const cpuMs = cpuMsOf(pids) - before
  figures.add(who, 'signalling: rate', 'joins/s', (told.joins / told.ms) * 1000)
  figures.add(who, 'signalling: CPU', 'µs/join', (cpuMs / told.joins) * 1000)
}

const bare = 'bare mediasoup'
const alone = 'one alone: to the first packet, p50'
const together = `${atOnce} at once: to the first packet, p50`

const targets: Target[] = [
  {
    of: 'one alone, p50',
    to: 'ms',
    target: 60,
    atMost: true,
    value: (f) => f.median('ours', alone),
  },
  {
    of: 'one alone, p50',
    to: bare,
    target: 1.2,
    atMost: true,
    value: (f) => f.median('ours', alone) / f.median(bare, alone),
  },
  {
    of: `${atOnce} at once, p50`,
    to: bare,
    target: 1.1,
    atMost: true,
    value: (f) => f.median('ours', together) / f.median(bare, together),
  },
  {
    of: 'signalling, rate',
    to: bare,
    target: 0.8,
    value: (f) => f.median('ours', 'signalling: rate') / f.median(bare, 'signalling: rate'),
  },
]
