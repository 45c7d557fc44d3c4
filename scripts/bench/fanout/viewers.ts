// The audience: thousands of cheap sockets, and a few that read every word. It also says what is to be
// told, so that the time from saying to reading is taken by one clock.

import { connect, type Socket } from 'node:net'
import { newId } from '../../../server/base/ids.ts'
import { percentile } from '../report.ts'
import { answerQuestions } from '../worker.ts'
import { CheapSocket, numberAt } from './socket.ts'

/** One viewer in so many decodes all it gets and takes the time. */
const decodeEvery = 100
/** Handshakes at once while the room fills. */
const fillingMax = 100
const drainMs = 120_000

export type Kind = 'ours' | 'Socket.IO' | 'ws' | 'raw write'
export type Mix = 'urgent' | 'mix' | 'chat'
export type Question =
  | {
      do: 'open'
      kind: Kind
      port: number
      linePort?: number
      viewers: number
      house?: HouseTokens
    }
  | { do: 'run'; mix: Mix; perSecond: number; seconds: number }
  | { do: 'close' }
export type HouseTokens = {
  showId: string
  host: string
  people: string[]
  products: string[]
  variants: string[]
}
export type Told = {
  said: number
  /** Events that viewers got, each by itself, and how many a viewer got at least and at most. */
  delivered: number
  least: number
  most: number
  /** Frames of numbers that stand for many events at once. */
  conflated: number
  p50: number
  p99: number
  cpuMs: number
  wrong: string[]
}

type Viewer = { socket: CheapSocket; next: number; got: number; conflated: number }
type Open = Question & { do: 'open' }

const eventsHead = '42["show:events",{"showId":"00000000-0000-0000-0000-000000000000","from":'
  .length
const [isEvents, isPulse] = [Buffer.from('42["show:events"'), Buffer.from('42["show:pulse"')]

let viewers: Viewer[] = []
let talkers: CheapSocket[] = []
let house: CheapSocket | undefined
let line: Socket | undefined
let opened: Open
let sentAt: number[] = []
let took: number[] = []
let wrong: string[] = []
/** When a product was last asked to be pinned. */
const pinnedAt = new Map<string, number>()

answerQuestions<Question, unknown>(async (question) => {
  if (question.do === 'open') return open(question)
  if (question.do === 'run') return run(question)
  for (const { socket } of viewers) socket.close()
  for (const socket of talkers) socket.close()
  house?.close()
  line?.destroy()
  return {}
})

async function open(asked: Open): Promise<{ ms: number }> {
  opened = asked
  wrong = []
  const startedAt = performance.now()
  viewers = []
  for (let from = 0; from < asked.viewers; from += fillingMax) {
    const some = Math.min(fillingMax, asked.viewers - from)
    viewers.push(...(await Promise.all(Array.from({ length: some }, (_, i) => enter(from + i)))))
  }
  const ms = performance.now() - startedAt
  if (asked.house) {
    const { host, people } = asked.house
    house = await signIn(host, () => {})
    talkers = await Promise.all(people.slice(0, 200).map((token) => signIn(token, hearAck)))
  } else {
    line = connect({ port: asked.linePort as number, host: '127.0.0.1' })
    line.setNoDelay(true)
  }
  return { ms }
}

async function enter(n: number): Promise<Viewer> {
  const viewer = { next: 0, got: 0, conflated: 0 } as Viewer
  const reads = n % decodeEvery === 0
  if (opened.kind === 'ours') {
    const { showId, people } = opened.house as HouseTokens
    const joined = Promise.withResolvers<void>()
    const token = people[n % people.length] as string
    viewer.socket = await signIn(token, (bytes, from, to) => {
      if (starts(bytes, from, isEvents)) hearEvents(viewer, reads, bytes, from, to)
      else if (starts(bytes, from, isPulse)) viewer.conflated += 1
      else if (bytes[from] === 0x34 && bytes[from + 1] === 0x33) {
        const [answer] = JSON.parse(bytes.toString('utf8', bytes.indexOf('[', from), to))
        if (answer.ok) viewer.next = answer.value.seq + 1
        else wrong.push(`not let in: ${answer.code}`)
        joined.resolve()
      }
    })
    viewer.socket.send(`420${JSON.stringify(['show:join', { showId }])}`)
    await joined.promise
    return viewer
  }
  const hear = (bytes: Buffer, from: number, to: number) => hearOne(viewer, reads, bytes, from, to)
  if (opened.kind === 'Socket.IO') viewer.socket = await signIn(undefined, hear)
  else {
    viewer.socket = new CheapSocket(opened.port, '/', hear)
    await viewer.socket.opened()
  }
  return viewer
}

/** A Socket.IO line: open packet, CONNECT, its answer, and a pong for every ping. */
async function signIn(
  token: string | undefined,
  hear: (bytes: Buffer, from: number, to: number) => void,
): Promise<CheapSocket> {
  const connected = Promise.withResolvers<void>()
  const path = '/socket.io/?EIO=4&transport=websocket'
  const socket = new CheapSocket(opened.port, path, (bytes, from, to) => {
    const [first, second] = [bytes[from], bytes[from + 1]]
    if (first === 0x32) socket.send('3')
    else if (first === 0x30) socket.send(token ? `40${JSON.stringify({ token })}` : '40')
    else if (first === 0x34 && second === 0x30) connected.resolve()
    else if (first === 0x34 && second === 0x34) {
      wrong.push(bytes.toString('utf8', from, Math.min(to, from + 200)))
      connected.resolve()
    } else hear(bytes, from, to)
  })
  await connected.promise
  return socket
}

function starts(bytes: Buffer, at: number, with_: Buffer): boolean {
  for (let i = 0; i < with_.length; i += 1) if (bytes[at + i] !== with_[i]) return false
  return true
}

/** A frame of ours: which seqs it has stands in its head. */
function hearEvents(viewer: Viewer, reads: boolean, bytes: Buffer, from: number, to: number): void {
  const first = numberAt(bytes, from + eventsHead)
  const last = numberAt(bytes, from + eventsHead + String(first).length + ',"to":'.length)
  if (first !== viewer.next) wrong.push(`a viewer got ${first} where ${viewer.next} was next`)
  viewer.next = last + 1
  viewer.got += last - first + 1
  if (!reads) return
  const now = performance.now()
  const [, { events }] = JSON.parse(bytes.toString('utf8', from + 2, to))
  if (events.length !== last - first + 1)
    wrong.push(`${events.length} events from ${first} to ${last}`)
  for (const event of events) {
    if (event.type === 'chat.sent')
      took.push(now - (sentAt[numberAt(Buffer.from(event.text), 1)] as number))
    else if (event.type === 'product.pinned')
      took.push(now - (pinnedAt.get(event.productId) as number))
  }
}

/** A frame of a peer: one event with its number. */
function hearOne(viewer: Viewer, reads: boolean, bytes: Buffer, from: number, to: number): void {
  const at = bytes.indexOf('"n":', from) + 4
  const n = numberAt(bytes, at)
  if (n !== viewer.next) wrong.push(`a viewer got ${n} where ${viewer.next} was next`)
  viewer.next = n + 1
  viewer.got += 1
  if (!reads) return
  const text = bytes.toString('utf8', bytes.indexOf('{', from), to)
  const event = JSON.parse(opened.kind === 'Socket.IO' ? text.slice(0, -1) : text)
  took.push(performance.now() - (sentAt[event.n] as number))
}

function hearAck(bytes: Buffer, from: number, to: number): void {
  const text = bytes.toString('utf8', from, to)
  if (text.includes('"ok":false')) wrong.push(text.slice(0, 200))
}

/** 60 % chat, 30 % reactions, 10 % holds; or pins alone; or chat alone. */
function actOf(mix: Mix, n: number): 'pin' | 'chat' | 'reaction' | 'hold' {
  if (mix === 'urgent') return 'pin'
  if (mix === 'chat' || n % 10 < 6) return 'chat'
  return n % 10 < 9 ? 'reaction' : 'hold'
}

async function run({ mix, perSecond, seconds }: Question & { do: 'run' }): Promise<Told> {
  sentAt = []
  took = []
  for (const viewer of viewers) {
    viewer.got = 0
    viewer.conflated = 0
    if (opened.kind !== 'ours') viewer.next = 0
  }
  const cpu = process.cpuUsage()
  const total = perSecond * seconds
  const startedAt = performance.now()
  let events = 0
  while (sentAt.length < total) {
    const due = Math.min(total, ((performance.now() - startedAt) / 1000) * perSecond)
    while (sentAt.length < due) {
      const n = sentAt.length
      sentAt.push(performance.now())
      const act = actOf(mix, n)
      say(n, act)
      if (opened.kind !== 'ours' || act === 'chat' || act === 'pin') events += 1
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const late = performance.now() + drainMs
  while (viewers.some((v) => v.got < events) && performance.now() < late && wrong.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const used = process.cpuUsage(cpu)
  const got = viewers.map((v) => v.got)
  return {
    said: events,
    delivered: got.reduce((sum, n) => sum + n, 0),
    least: Math.min(...got),
    most: Math.max(...got),
    conflated: viewers.reduce((sum, v) => sum + v.conflated, 0),
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    cpuMs: (used.user + used.system) / 1000,
    wrong: wrong.slice(0, 5),
  }
}

function say(n: number, act: ReturnType<typeof actOf>): void {
  const talker = talkers[n % talkers.length]
  const send = (socket: CheapSocket | undefined, command: string, what: object) =>
    socket?.send(
      `42${n % 1000}${JSON.stringify([command, { showId: opened.house?.showId, ...what }])}`,
    )
  if (opened.kind !== 'ours') {
    line?.write(`${JSON.stringify(eventOf(n, act))}\n`)
  } else if (act === 'pin') {
    const products = opened.house?.products as string[]
    const productId = products[n % products.length] as string
    pinnedAt.set(productId, performance.now())
    send(house, 'product:pin', { productId })
  } else if (act === 'chat') send(talker, 'chat:send', { text: textOf(n), key: newId() })
  else if (act === 'reaction') send(talker, 'reaction:send', { kind: 'heart' })
  else
    send(talker, 'hold:create', { variantId: opened.house?.variants[0], quantity: 1, key: newId() })
}

const textOf = (n: number) => `m${n} what a lovely glaze on that mug`

/** What a peer tells: the same facts in the same words as ours. */
function eventOf(n: number, act: ReturnType<typeof actOf>): object {
  const base = { n, seq: n, type: act, at: new Date().toISOString() }
  const id = '01a20324-2077-7a68-a4f1-0b9053d389ad'
  if (act === 'pin') return { ...base, productId: id }
  if (act === 'hold') return { ...base, variantId: id, available: 1000 - n, held: n }
  if (act === 'reaction') return { ...base, kind: 'heart' }
  const who = { messageId: id, accountId: id, displayName: `Buyer ${n}`, role: 'viewer' }
  return { ...base, ...who, text: textOf(n) }
}
