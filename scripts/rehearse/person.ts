import { CheapSocket, numberAt } from '../bench/fanout/socket.ts'

/** An answer is owed within the house's own deadline, and a little for the way. */
const answerMs = 6_000

type Answer = { ok: boolean; code?: string; value?: Record<string, unknown> }
export type Heard = { type: string; [field: string]: unknown }

const eventsHead = '42["show:events",{"showId":"00000000-0000-0000-0000-000000000000","from":'
  .length
const [isEvents, isReset] = [Buffer.from('42["show:events"'), Buffer.from('42["show:reset"')]

type Needs = {
  port: number
  token: string
  /** Undefined: only the order of its events is looked at, which is cheap. */
  reads: ((event: Heard) => void) | undefined
  /** Something that must never be: a gap, a refusal at the door. */
  wrong(what: string): void
}

/** One of the crowd: a Socket.IO line that keeps count of what it was told. */
export class Person {
  readonly token: string
  readonly #needs: Needs
  #socket: CheapSocket | undefined
  #asked = 0
  #waiting = new Map<number, (answer: Answer) => void>()
  #next: number | undefined
  /** The question whose answer says where this one stands in the log. */
  #joining: number | undefined
  #arrived: (() => void) | undefined
  #isHere = false

  constructor(needs: Needs) {
    this.#needs = needs
    this.token = needs.token
  }

  /** In the show, and listening. */
  get isHere(): boolean {
    return this.#isHere
  }

  /** Connects and joins; comes back to where it was, as a page does. */
  async come(showId: string): Promise<void> {
    const connected = Promise.withResolvers<void>()
    this.#arrived = connected.resolve
    const path = '/socket.io/?EIO=4&transport=websocket'
    const socket = new CheapSocket(this.#needs.port, path, (bytes, from, to) => {
      if (socket !== this.#socket) return
      const [first, second] = [bytes[from], bytes[from + 1]]
      if (first === 0x32) socket.send('3')
      else if (first === 0x30) socket.send(`40${JSON.stringify({ token: this.token })}`)
      else if (second === 0x30 || second === 0x34) {
        if (second === 0x34) this.#needs.wrong(`not let in: ${bytes.toString('utf8', from, to)}`)
        connected.resolve()
      } else if (second === 0x33) this.#hearAnswer(bytes.toString('utf8', from + 2, to))
      else if (starts(bytes, from, isEvents)) this.#hearEvents(bytes, from, to)
      else if (starts(bytes, from, isReset))
        this.#next = JSON.parse(text(bytes, from, to))[1].seq + 1
    })
    this.#socket = socket
    await connected.promise
    if (socket !== this.#socket) return // gone again before the door opened
    const after = this.#next === undefined ? {} : { after: this.#next - 1 }
    this.#joining = this.#asked
    const { ok, code } = await this.ask('show:join', { showId, ...after })
    if (!ok && code !== 'LEFT') this.#needs.wrong(`could not join: ${code}`)
  }

  /** A command and its answer; UNANSWERED where none came in time. */
  ask(command: string, payload: unknown): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>()
    const id = this.#asked++
    const late = setTimeout(
      () => this.#waiting.get(id)?.({ ok: false, code: 'UNANSWERED' }),
      answerMs,
    )
    this.#waiting.set(id, (answer) => {
      clearTimeout(late)
      this.#waiting.delete(id)
      resolve(answer)
    })
    this.#socket?.send(`42${id}${JSON.stringify([command, payload])}`)
    return promise
  }

  leave(): void {
    this.#socket?.close()
    this.#socket = undefined
    this.#isHere = false
    this.#arrived?.()
    this.#forget()
  }

  stopReading(): void {
    this.#isHere = false
    this.#socket?.pause()
    this.#forget()
  }

  /** Whoever does not listen any more is owed no answer. */
  #forget(): void {
    for (const resolve of this.#waiting.values()) resolve({ ok: false, code: 'LEFT' })
  }

  #hearAnswer(frame: string): void {
    const at = frame.indexOf('[')
    const id = Number(frame.slice(0, at))
    const [answer] = JSON.parse(frame.slice(at))
    if (id === this.#joining && answer.ok) {
      // At once: the next event may lie in the same packet.
      this.#next = Number(answer.value.seq) + 1
      this.#isHere = true
    }
    this.#waiting.get(id)?.(answer)
  }

  /** Each seq once and in order, from the one it joined at: whatever else is a gap. */
  #hearEvents(bytes: Buffer, from: number, to: number): void {
    const first = numberAt(bytes, from + eventsHead)
    const last = numberAt(bytes, from + eventsHead + String(first).length + ',"to":'.length)
    if (this.#next !== undefined && first !== this.#next) {
      this.#needs.wrong(`${first} came where ${this.#next} was next`)
    }
    this.#next = last + 1
    const { reads } = this.#needs
    if (reads) for (const event of JSON.parse(text(bytes, from, to))[1].events) reads(event)
  }
}

const text = (bytes: Buffer, from: number, to: number) => bytes.toString('utf8', from + 2, to)

function starts(bytes: Buffer, at: number, with_: Buffer): boolean {
  const end = at + with_.length
  return end <= bytes.length && bytes.compare(with_, 0, with_.length, at, end) === 0
}
