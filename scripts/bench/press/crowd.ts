// Those who press: by HTTP on connections that are kept, and by sockets. A process of its own, so that
// its CPU time is told apart.

import { setTimeout as wait } from 'node:timers/promises'
import { newId } from '../../../server/base/ids.ts'
import { isAck, openLine } from '../fanout/line.ts'
import type { CheapSocket } from '../fanout/socket.ts'
import { percentile } from '../report.ts'
import { answerQuestions } from '../worker.ts'
import { type Answered, Caller } from './caller.ts'
import { type Told, Verdicts } from './verdicts.ts'

/** What is pressed for, one variant after the other. */
export type Goods = { showId: string; variants: string[] }
/** A run ends after so many presses, or after so long. */
export type Until = { presses: number } | { ms: number; windowMs: number }
export type Question =
  | { do: 'call'; port: number; people: string[]; connections: number; goods: Goods; until: Until }
  | { do: 'enter'; port: number; people: string[] }
  | { do: 'press'; goods: Goods; withinMs: number }
  | { do: 'talk'; showId: string; everyMs: number; forMs: number }
  | { do: 'leave' }
export type Talked = { said: number; p50: number; p99: number }

const created = 201
const conflict = 409
/** Handshakes at once. */
const enteringMax = 100
const talk = 'what a lovely glaze on that mug'

type Heard = (answer: string) => void
let lines: { socket: CheapSocket; asked: Heard | undefined }[] = []

answerQuestions<Question, unknown>(async (question) => {
  switch (question.do) {
    case 'call':
      return call(question)
    case 'enter':
      return enter(question)
    case 'press':
      return press(question)
    case 'talk':
      return talkOn(question)
    case 'leave':
      for (const { socket } of lines) socket.close()
      lines = []
      return {}
  }
})

/** A closed loop: each connection presses again as soon as it was answered. */
async function call({ port, people, connections, goods, until }: Question & { do: 'call' }) {
  const callers = await Promise.all(Array.from({ length: connections }, () => Caller.open(port)))
  const verdicts = new Verdicts()
  const endsAt = 'ms' in until ? performance.now() + until.ms : Number.POSITIVE_INFINITY
  const most = 'presses' in until ? until.presses : Number.POSITIVE_INFINITY
  let pressed = 0
  async function pressOn(caller: Caller, n: number): Promise<void> {
    while (pressed < most && performance.now() < endsAt) {
      const body = holdBody(goods, pressed++)
      const pressedAt = performance.now()
      note(verdicts, await caller.ask(request(people[n % people.length], body)), pressedAt)
    }
  }
  await Promise.all(callers.map(pressOn))
  const told = verdicts.tell('windowMs' in until ? until.windowMs : undefined)
  for (const caller of callers) caller.close()
  return told
}

function holdBody({ showId, variants }: Goods, n: number): string {
  return JSON.stringify({ showId, variantId: variants[n % variants.length], quantity: 1 })
}

function request(token: string | undefined, body: string): string {
  return (
    'POST /api/v1/holds HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n' +
    `Authorization: Bearer ${token}\r\nIdempotency-Key: ${newId()}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  )
}

function note(verdicts: Verdicts, { status, body }: Answered, pressedAt: number): void {
  if (status === created) verdicts.granted(holdIn(body), pressedAt)
  else if (status === conflict && body.includes('SOLD_OUT')) verdicts.soldOut(pressedAt)
  else verdicts.wrong.push(`${status} ${body.slice(0, 200)}`)
}

const holdIn = (text: string) => /"holdId":"([^"]+)"/.exec(text)?.[1] ?? ''

async function enter({ port, people }: Question & { do: 'enter' }): Promise<object> {
  for (let from = 0; from < people.length; from += enteringMax) {
    const some = people.slice(from, from + enteringMax)
    lines.push(...(await Promise.all(some.map((token) => openOne(port, token)))))
  }
  return {}
}

async function openOne(port: number, token: string) {
  const line = { asked: undefined as Heard | undefined } as (typeof lines)[number]
  line.socket = await openLine(port, token, (bytes, from, to) => {
    if (!isAck(bytes, from)) return
    const { asked } = line
    line.asked = undefined
    asked?.(bytes.toString('latin1', from, to))
  })
  return line
}

/** One command, its answer. A line asks one thing at a time. */
function ask(line: (typeof lines)[number], command: string, what: object): Promise<string> {
  return new Promise((resolve) => {
    line.asked = resolve
    line.socket.send(`421${JSON.stringify([command, what])}`)
  })
}

/** Everybody presses once, at a moment within that time which no two share. */
async function press({ goods, withinMs }: Question & { do: 'press' }): Promise<Told> {
  const { showId, variants } = goods
  const verdicts = new Verdicts()
  const startedAt = performance.now()
  await Promise.all(
    lines.map(async (line, n) => {
      const due = (n * withinMs) / lines.length
      if (due > 0) await wait(Math.max(0, startedAt + due - performance.now()))
      const variantId = variants[n % variants.length]
      const what = { showId, variantId, quantity: 1, key: newId() }
      const pressedAt = performance.now()
      const answer = await ask(line, 'hold:create', what)
      if (answer.includes('"ok":true')) verdicts.granted(holdIn(answer), pressedAt)
      else if (answer.includes('"SOLD_OUT"')) verdicts.soldOut(pressedAt)
      else verdicts.wrong.push(answer.slice(0, 200))
    }),
  )
  return verdicts.tell()
}

/** One after the other says something, at a steady pace, whoever else is busy. */
async function talkOn({ showId, everyMs, forMs }: Question & { do: 'talk' }): Promise<Talked> {
  const took: number[] = []
  const saying: Promise<void>[] = []
  const startedAt = performance.now()
  const count = Math.floor(forMs / everyMs)
  for (let n = 0; n < count; n += 1) {
    await wait(Math.max(0, startedAt + n * everyMs - performance.now()))
    saying.push(say(n))
  }
  await Promise.all(saying)
  return { said: took.length, p50: percentile(took, 0.5), p99: percentile(took, 0.99) }

  async function say(n: number): Promise<void> {
    const saidAt = performance.now()
    const line = lines[n % lines.length] as (typeof lines)[number]
    const answer = await ask(line, 'chat:send', { showId, text: `${talk} ${n}`, key: newId() })
    if (!answer.includes('"ok":true')) throw new Error(`chat: ${answer.slice(0, 200)}`)
    took.push(performance.now() - saidAt)
  }
}
