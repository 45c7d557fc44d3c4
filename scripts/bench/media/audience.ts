// The host and the viewers, real WebRTC clients all of them: ICE, DTLS and SRTP of libdatachannel.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { percentile } from '../report.ts'
import { answerQuestions } from '../worker.ts'
import { type JanusPorts, sendPlainly, signalToJanus, watchJanus } from './janus.ts'
import {
  type Hear,
  layers,
  publish,
  type Sending,
  sound,
  subscribe,
  type Watching,
  watch,
} from './peer.ts'
import { type Signal, signalToBare, signalToHouse } from './signal.ts'

export type Where =
  | { bare: number }
  | JanusPorts
  | { url: string; showId: string; host: string; people: string[] }
export type Question =
  | { do: 'publish'; where: Where }
  | { do: 'visit'; where: Where }
  | { do: 'grow'; to: number }
  | { do: 'count'; seconds: number }
  | { do: 'shrink' }
  | { do: 'joinAlone'; times: number }
  | { do: 'joinAtOnce'; viewers: number }
  | { do: 'signal'; joins: number; inFlight: number }
export type Counted = {
  /** Packets that the server was to send to each viewer. */
  packets: number
  heard: number
  /** Of those who look; and what was dropped on the way to all, after the server had sent it. */
  lost: number
  dropped: number
  wrong: string[]
  p50: number
  p99: number
  cpuMs: number
}
export type Joined = {
  p50: number
  p99: number
  connectedP50?: number
  ms: number
  joins: number
}

/** One viewer in so many hears every packet; the others decrypt and drop them. */
const hearEvery = 50
const joiningMax = 10
/**
 * Between two who join one after the other. The host's sound comes every 20 ms and the join before ended with
 * it: clicks must fall anywhere between two packets. Always at the same place, a millisecond more was
 * counted as none or as twenty.
 */
const [pauseMs, soundMs, golden] = [50, 20, 0.618]

let where: Where
/** Why the host is not on the air any more. */
let hostLost: string | undefined
let viewers: { visitor: Visitor; watching: Watching }[] = []
const sent = { audio: 0, video: 0 }

answerQuestions<Question, unknown>(async (question) => {
  if (hostLost) throw new Error(hostLost)
  switch (question.do) {
    case 'publish':
      where = question.where
      return startShow()
    case 'visit':
      where = question.where
      return {}
    case 'grow':
      return grow(question.to)
    case 'count':
      return count(question.seconds)
    case 'shrink':
      return shrink()
    case 'joinAlone':
      return joinAlone(question.times)
    case 'joinAtOnce':
      return joinAtOnce(question.viewers)
    case 'signal':
      return signalOnly(question.joins, question.inFlight)
  }
})

let entered = 0

type Visitor = { watch(hear?: Hear): Promise<Watching>; close(): void }

/** At the door of whichever server this is about. */
async function arrive(): Promise<Visitor> {
  if ('janus' in where) {
    const signal = await signalToJanus(where.janus)
    return { watch: (hear) => watchJanus(signal, hear), close: signal.close }
  }
  const signal = await enter()
  return { watch: (hear) => watch(signal, hear), close: signal.close }
}

async function enter(): Promise<Signal> {
  if ('janus' in where) throw new Error('Janus is asked in another way')
  if ('bare' in where) return signalToBare(where.bare)
  const { url, showId, people } = where
  entered += 1
  const signal = await signalToHouse(url, {
    token: people[entered % people.length] as string,
    showId,
  })
  await signal.ask('show:join')
  return signal
}

async function sendingHost(): Promise<Sending> {
  if ('janus' in where) return sendPlainly(where)
  if ('bare' in where) return publish(await signalToBare(where.bare))
  const { url, host, showId } = where
  const signal = await signalToHouse(url, { token: host, showId })
  signal.whenClosed((why) => (hostLost ??= `the server let the host go: ${why}`))
  return publish(signal)
}

async function startShow(): Promise<object> {
  const host = await sendingHost()
  const sizes = 'janus' in where ? layers.slice(-1) : layers
  const streams = [
    ...sizes.map((layer, n) => ({
      ...layer,
      kind: 'video' as const,
      type: 96,
      top: n === sizes.length - 1,
    })),
    { ...sound, kind: 'audio' as const, type: 111, top: false },
  ].map((stream) => ({ ...stream, seq: 0 }))
  let startedAt = performance.now()
  let lookedAt = startedAt
  const sending = setInterval(() => {
    if (!host.isOpen()) hostLost ??= 'the host lost its connection: is this machine too busy?'
    if (hostLost) return clearInterval(sending)
    const now = performance.now()
    // A camera that was held up leaves out what it did not see; it does not show it all at once.
    if (now - lookedAt > heldUpMs) startedAt += now - lookedAt
    lookedAt = now
    const seconds = (now - startedAt) / 1000
    for (const stream of streams) {
      while (stream.seq < seconds * stream.perSecond) {
        stream.seq += 1
        host.send(stream.kind, packetOf(stream))
        if (stream.top) sent.video += 1
        if (stream.type === 111) sent.audio += 1
      }
    }
  }, 3)
  return {}
}

const heldUpMs = 50
const framePackets = 5

/** An RTP packet: five make a frame, one frame in thirty is a key frame; its end is the time it was sent. */
function packetOf({
  type,
  ssrc,
  seq,
  perSecond,
  bytes,
}: {
  type: number
  ssrc: number
  seq: number
  perSecond: number
  bytes: number
}): Buffer {
  const packet = Buffer.alloc(bytes)
  packet[0] = 0x80
  packet[1] = type
  packet.writeUInt16BE(seq & 0xffff, 2)
  packet.writeUInt32BE(ssrc, 8)
  if (type === 96) {
    const frame = Math.floor(seq / framePackets)
    const isFirst = seq % framePackets === 0
    if ((seq + 1) % framePackets === 0) packet[1] = 0x80 | type
    packet.writeUInt32BE((frame * framePackets * Math.floor(90_000 / perSecond)) >>> 0, 4)
    packet[12] = isFirst ? 0x90 : 0x80
    packet[13] = 0x80
    packet.writeUInt16BE(0x8000 | (frame & 0x7fff), 14)
    const isKey = frame % Math.max(1, Math.round(perSecond / framePackets)) === 0
    packet[16] = isKey ? 0x00 : 0x01
  } else packet.writeUInt32BE((seq * 960) >>> 0, 4)
  packet.writeDoubleBE(performance.now(), bytes - 8)
  return packet
}

type Ear = {
  last: Map<string, number>
  heard: number
  lost: number
  wrong: string[]
  took: number[]
}
let ears: Ear[] = []

async function grow(to: number): Promise<object> {
  while (viewers.length < to) {
    const some = Math.min(joiningMax, to - viewers.length)
    const from = viewers.length
    viewers.push(...(await Promise.all(Array.from({ length: some }, (_, n) => seat(from + n)))))
  }
  await Promise.all(viewers.map(({ watching }) => watching.firstMs))
  return {}
}

async function seat(n: number) {
  const visitor = await arrive()
  if (n % hearEvery !== 0) return { visitor, watching: await visitor.watch() }
  const ear: Ear = { last: new Map(), heard: 0, lost: 0, wrong: [], took: [] }
  ears.push(ear)
  const watching = await visitor.watch((packet, kind) => hear(ear, packet, kind))
  return { visitor, watching }
}

function hear(ear: Ear, packet: Buffer, kind: string): void {
  const type = (packet[1] ?? 0) & 0x7f
  if (type >= 64 && type < 96) return // RTCP
  const seq = packet.readUInt16BE(2)
  const last = ear.last.get(kind)
  const step = last === undefined ? 1 : (seq - last) & 0xffff
  if (step === 0 || step > 0x8000) ear.wrong.push(`${kind}: ${seq} after ${last}`)
  else {
    ear.lost += step - 1
    ear.last.set(kind, seq)
  }
  ear.heard += 1
  ear.took.push(performance.now() - packet.readDoubleBE(packet.length - 8))
}

async function count(seconds: number): Promise<Counted> {
  // What a crowd that comes at once misses is `join`'s business: here everybody has come.
  for (const ear of ears) Object.assign(ear, { heard: 0, lost: 0, took: [] })
  const [before, droppedBefore, cpu] = [{ ...sent }, drops(), process.cpuUsage()]
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  const used = process.cpuUsage(cpu)
  if (hostLost) throw new Error(hostLost)
  const took = ears.flatMap((ear) => ear.took)
  return {
    packets: sent.video - before.video + sent.audio - before.audio,
    heard: ears.reduce((sum, ear) => sum + ear.heard, 0) / Math.max(1, ears.length),
    lost: ears.reduce((sum, ear) => sum + ear.lost, 0),
    dropped: drops() - droppedBefore,
    wrong: ears.flatMap((ear) => ear.wrong).slice(0, 3),
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    cpuMs: (used.user + used.system) / 1000,
  }
}

/**
 * Packets that the kernel threw away: a socket of ours was full, or the machine's loopback. What a
 * server's own socket lost does not count.
 */
const drops = () => fullSockets() + fullBacklogs()

/** Of our own sockets: proc(5), net/udp. Viewers listen by IPv6 for both. */
function fullSockets(): number {
  const own = new Set(readdirSync('/proc/self/fd').map(socketOf))
  return ['udp', 'udp6']
    .flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => own.has(fields[9]))
    .reduce((sum, fields) => sum + Number(fields[12]), 0)
}

/** Of each core's queue (`net.core.netdev_max_backlog`), which loopback goes through: its second column. */
const fullBacklogs = () =>
  readFileSync('/proc/net/softnet_stat', 'utf8')
    .trim()
    .split('\n')
    .reduce((sum, core) => sum + Number.parseInt(core.split(' ')[1] ?? '0', 16), 0)

/** The inode of an open socket. */
function socketOf(fd: string): string | undefined {
  try {
    return /^socket:\[(\d+)]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1]
  } catch {
    return undefined // closed meanwhile
  }
}

function shrink(): object {
  for (const { visitor, watching } of viewers) {
    watching.pc.close()
    visitor.close()
  }
  viewers = []
  ears = []
  return {}
}

async function joinAlone(times: number): Promise<Joined> {
  const took: number[] = []
  const connected: number[] = []
  const startedAt = performance.now()
  for (let n = 0; n < times; n += 1) {
    const signal = await enter()
    const { pc, connectedMs, firstMs } = await watch(signal)
    connected.push(connectedMs)
    took.push(await firstMs)
    pc.close()
    signal.close()
    await new Promise((resolve) => setTimeout(resolve, pauseMs + soundMs * ((n * golden) % 1)))
  }
  return { ...joined(took, startedAt), connectedP50: percentile(connected, 0.5) }
}

async function joinAtOnce(count: number): Promise<Joined> {
  const signals = await Promise.all(Array.from({ length: count }, () => enter()))
  const startedAt = performance.now()
  const took = await Promise.all(
    signals.map(async (signal) => {
      const { pc, firstMs } = await watch(signal)
      const ms = await firstMs
      return { pc, ms }
    }),
  )
  const answer = joined(
    took.map((t) => t.ms),
    startedAt,
  )
  for (const { pc } of took) pc.close()
  for (const signal of signals) signal.close()
  return answer
}

/** No media: what the server's own part of a join costs. Each has a socket of its own, opened before. */
async function signalOnly(joins: number, inFlight: number): Promise<Joined> {
  const signals = await Promise.all(Array.from({ length: inFlight }, () => enter()))
  const took: number[] = []
  let left = joins
  const startedAt = performance.now()
  await Promise.all(
    signals.map(async (signal) => {
      while (left > 0) {
        left -= 1
        const at = performance.now()
        const { transport } = await subscribe(signal)
        took.push(performance.now() - at)
        await signal.ask('media:close', { transportId: transport.transportId })
      }
    }),
  )
  const answer = joined(took, startedAt)
  for (const signal of signals) signal.close()
  return answer
}

function joined(took: number[], startedAt: number): Joined {
  return {
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    ms: performance.now() - startedAt,
    joins: took.length,
  }
}
