// The audience: thousands of cheap sockets, and a few that read every word. It also says what is to be
// told, so that the time from saying to reading is taken by one clock.

import { connect, type Socket } from 'node:net'
import type { Stage } from '../house.ts'
import { percentile } from '../report.ts'
import { answerQuestions } from '../worker.ts'
import { hearOurs, hearPeers, Tally, type Viewer } from './hear.ts'
import { answerIn, type Hear, isAck, openLine } from './line.ts'
import { actOf, eventOf, type Mix, sayToOurs } from './say.ts'
import { CheapSocket } from './socket.ts'

/** One viewer in so many decodes all it gets and takes the time. */
const decodeEvery = 100
/** Handshakes at once while the room fills. */
const fillingMax = 100
const talkersMax = 200
const drainMs = 120_000
/** Numbers that stand for many events: written once a second, told twice. */
const numbersMs = 5_000
/** Until those who do not read have been sent so much that the kernel takes no more. */
const stallMs = 30_000
/** Between two rounds of what fills it: whoever asks without pause has asked for more than fits long before it shows. */
const roundMs = 10

/** What a side's sockets speak; `joins` is Socket.IO with a session and an answered join. */
export type Tongue = 'ours' | 'joins' | 'Socket.IO' | 'WebSocket' | 'Centrifuge' | 'nchan'
export type Door = { port: number; linePort?: number }
export type Question =
  | ({ do: 'open'; tongue: Tongue; viewers: number; stage?: Stage; atOnce?: true } & Door)
  | { do: 'run'; mix: Mix; perSecond: number; seconds: number }
  | { do: 'extra'; count: number; reading: boolean }
  | { do: 'numbers' }
  | { do: 'leave' }
  | { do: 'close' }
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
type Open = Question & { do: 'open' }
type Member = Viewer & { socket: CheapSocket }

const tally = new Tally()
let opened: Open
let viewers: Member[] = []
let extras: CheapSocket[] = []
let talkers: CheapSocket[] = []
let host: CheapSocket | undefined
let line: Socket | undefined
/** Hearts that were there when the first came, and those said since. */
let [heartsBefore, heartsSaid] = [0, 0]

answerQuestions<Question, unknown>(async (question) => {
  if (question.do === 'open') return open(question)
  if (question.do === 'run') return run(question)
  if (question.do === 'extra') return addExtras(question.count, question.reading)
  if (question.do === 'numbers') return awaitNumbers()
  for (const socket of extras) socket.close()
  extras = []
  if (question.do === 'leave') return {}
  for (const { socket } of viewers) socket.close()
  for (const socket of talkers) socket.close()
  host?.close()
  line?.destroy()
  return {}
})

async function open(asked: Open): Promise<{ ms: number; cpuMs: number }> {
  opened = asked
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  viewers = []
  const atATime = asked.atOnce ? asked.viewers : fillingMax
  for (let from = 0; from < asked.viewers; from += atATime) {
    const some = Math.min(atATime, asked.viewers - from)
    viewers.push(...(await Promise.all(Array.from({ length: some }, (_, i) => enter(from + i)))))
  }
  const ms = performance.now() - startedAt
  const used = process.cpuUsage(cpu)
  if (asked.tongue === 'ours') await openVoices(asked.stage as Stage)
  else if (asked.linePort !== undefined) line = openTeller(asked.linePort)
  return { ms, cpuMs: (used.user + used.system) / 1000 }
}

async function openVoices(stage: Stage): Promise<void> {
  host = await openLine(opened.port, stage.host, () => {})
  const tokens = stage.people.slice(0, talkersMax)
  talkers = await Promise.all(tokens.map((token) => openLine(opened.port, token, hearAck)))
}

function openTeller(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.setNoDelay(true)
  socket.resume()
  return socket
}

async function enter(n: number): Promise<Member> {
  const viewer = {
    next: 0,
    got: 0,
    conflated: 0,
    reads: n % decodeEvery === 0,
    hearts: 0,
  } as Member
  const { tongue, port } = opened
  const hear: Hear = (bytes, from, to) => hearPeers(tally, viewer, bytes, from, to)
  if (tongue === 'ours' || tongue === 'joins') await join(viewer, n)
  else if (tongue === 'Socket.IO') viewer.socket = await openLine(port, undefined, hear)
  else if (tongue === 'Centrifuge') viewer.socket = await openCentrifuge(port, hear)
  else {
    viewer.socket = new CheapSocket(port, tongue === 'nchan' ? '/sub' : '/', hear)
    await viewer.socket.opened()
  }
  return viewer
}

/** With a session into the show: in step when its state is there. */
async function join(viewer: Member, n: number): Promise<void> {
  const { showId, people } = opened.stage as Stage
  const joined = Promise.withResolvers<void>()
  const token = people[n % people.length] as string
  viewer.socket = await openLine(opened.port, token, (bytes, from, to) => {
    if (!isAck(bytes, from)) return hearOurs(tally, viewer, bytes, from, to)
    const answer = answerIn(bytes, from, to)
    if (answer.ok) {
      viewer.next = answer.value.seq + 1
      heartsBefore = answer.value.snapshot.reactions['heart'] ?? 0
    } else tally.wrong.push(`not let in: ${answer.code}`)
    joined.resolve()
  })
  viewer.socket.send(`420${JSON.stringify(['show:join', { showId }])}`)
  await joined.promise
}

/** Its own protocol in JSON: one command to connect, answered with the channel it was put into. */
async function openCentrifuge(port: number, hear: Hear): Promise<CheapSocket> {
  const connected = Promise.withResolvers<void>()
  let isIn = false
  const socket = new CheapSocket(port, '/', (bytes, from, to) => {
    if (isIn) return hear(bytes, from, to)
    isIn = true
    connected.resolve()
  })
  await socket.opened()
  socket.send('{"id":1,"params":{}}')
  await connected.promise
  return socket
}

/** Until each who reads was told a number for every heart. */
async function awaitNumbers(): Promise<{ wrong: string[] }> {
  const due = heartsBefore + heartsSaid
  const missing = () => viewers.filter((v) => v.reads && v.hearts !== due)
  const late = performance.now() + numbersMs
  while (missing().length > 0 && performance.now() < late) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return { wrong: missing().map(({ hearts }) => `a viewer was told ${hearts} hearts of ${due}`) }
}

function hearAck(bytes: Buffer, from: number, to: number): void {
  const text = bytes.toString('utf8', from, to)
  if (text.includes('"ok":false')) tally.wrong.push(text.slice(0, 200))
}

/** More viewers, who read what they get without counting, or who read nothing until the kernel is full of it. */
async function addExtras(count: number, reading: boolean): Promise<object> {
  const { showId, people } = opened.stage as Stage
  const tokens = people.slice(-count)
  extras = await Promise.all(tokens.map((token) => openLine(opened.port, token, () => {})))
  const ask = (n: number) => `42${n}${JSON.stringify(['show:join', { showId }])}`
  for (const socket of extras) {
    if (!reading) socket.pause()
    socket.send(ask(0))
  }
  const late = performance.now() + stallMs
  for (let n = 1; !reading && (await stalled()) < count; n = (n + 1) % 1000) {
    if (performance.now() > late) throw new Error('the kernel took all that nobody read')
    for (const socket of extras) socket.send(ask(n))
    await new Promise((resolve) => setTimeout(resolve, roundMs))
  }
  return {}
}

/** How many viewers leave something unread, by the server's own count. */
async function stalled(): Promise<number> {
  const page = await fetch(`http://127.0.0.1:${opened.port}/metrics`).then((a) => a.text())
  return Number(/^vitrine_viewers_behind (\d+)/m.exec(page)?.[1] ?? 0)
}

async function run({ mix, perSecond, seconds }: Question & { do: 'run' }): Promise<Told> {
  tally.begin()
  for (const viewer of viewers) {
    viewer.got = 0
    viewer.conflated = 0
    if (opened.tongue !== 'ours') viewer.next = 0
  }
  const cpu = process.cpuUsage()
  const events = await sayAll(mix, perSecond, seconds)
  const late = performance.now() + drainMs
  const { wrong } = tally
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
    p50: percentile(tally.took, 0.5),
    p99: percentile(tally.took, 0.99),
    cpuMs: (used.user + used.system) / 1000,
    wrong: tally.wrong.splice(0).slice(0, 5),
  }
}

/** Says it all at an even pace; answers how many events that makes. */
async function sayAll(mix: Mix, perSecond: number, seconds: number): Promise<number> {
  const { sentAt } = tally
  const total = perSecond * seconds
  const startedAt = performance.now()
  let events = 0
  while (sentAt.length < total) {
    const due = Math.min(total, ((performance.now() - startedAt) / 1000) * perSecond)
    while (sentAt.length < due) {
      const n = sentAt.length
      sentAt.push(performance.now())
      const act = actOf(mix, n)
      if (act === 'reaction') heartsSaid += 1
      say(n, act)
      if (opened.tongue !== 'ours' || act === 'chat' || act === 'pin') events += 1
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return events
}

function say(n: number, act: ReturnType<typeof actOf>): void {
  if (opened.tongue === 'ours' && opened.stage && host) {
    sayToOurs(opened.stage, { host, talkers, pinnedAt: tally.pinnedAt }, n, act)
    return
  }
  const text = JSON.stringify(eventOf(n, act))
  const isHttp = opened.tongue === 'nchan'
  line?.write(isHttp ? `${postHead}${Buffer.byteLength(text)}\r\n\r\n${text}` : `${text}\n`)
}

const postHead = 'POST /pub HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: '
