import type { Asked } from './arguments.ts'
import type { Report } from './report.ts'

export type Bench = (asked: Asked, open: AsyncDisposableStack) => Promise<Report>

type Path = { says: string; load(): Promise<Bench> }

/** What can be measured. A bench is loaded only when it is asked for: each brings libraries of its own. */
export const paths: Record<string, Path> = {
  fanout: {
    says: 'one room told urgent things, beside Socket.IO, ws, a frame written raw, Centrifuge and nchan',
    load: async () => (await import('./fanout.ts')).benchFanout,
  },
  busy: {
    says: 'one room told two hundred things a second, beside Socket.IO and ws',
    load: async () => (await import('./busy.ts')).benchBusy,
  },
  crowd: {
    says: 'ten thousand who only watch: memory of each, beside Socket.IO and ws',
    load: async () => (await import('./crowd.ts')).benchCrowd,
  },
  storm: {
    says: 'five thousand who come at once, beside Socket.IO',
    load: async () => (await import('./storm.ts')).benchStorm,
  },
  stalled: {
    says: 'viewers who read nothing: what they cost the others',
    load: async () => (await import('./stalled.ts')).benchStalled,
  },
  drop: {
    says: 'many want the same units at once, beside Lua on Redis, locked rows and Medusa',
    load: async () => (await import('./drop.ts')).benchDrop,
  },
  press: {
    says: 'the same through the doors: 500 connections, 5,000 sockets, beside servers that decide nothing',
    load: async () => (await import('./press.ts')).benchPress,
  },
  sustained: {
    says: 'a minute of holds without an end, the worst five seconds of it, and the chat meanwhile',
    load: async () => (await import('./sustained.ts')).benchSustained,
  },
  verify: {
    says: 'holds while the shop is recounted, beside holds alone',
    load: async () => (await import('./verify.ts')).benchVerify,
  },
  checkout: {
    says: 'held units become orders, beside a transaction each, a statement each and pgbench',
    load: async () => (await import('./checkout.ts')).benchCheckout,
  },
  media: {
    says: 'one host to hundreds of viewers with real SRTP, beside mediasoup alone',
    load: async () => (await import('./media.ts')).benchMedia,
  },
  join: {
    says: 'from the click to the first packet, beside mediasoup alone',
    load: async () => (await import('./join.ts')).benchJoin,
  },
  glass: {
    says: 'from the host’s camera to the viewer’s screen, and from the click to the first frame',
    load: async () => (await import('./glass.ts')).benchGlass,
  },
  start: {
    says: 'npm start for the second time, and the memory of a server that does nothing',
    load: async () => (await import('./start.ts')).benchStart,
  },
}
