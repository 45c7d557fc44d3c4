import { signal } from '@preact/signals'
import { io, type Socket } from 'socket.io-client'
import type { Ack } from '../../shared/wire/base.ts'
import type { CommandIn, CommandName, CommandOut, Pushes, PushName } from './contract.ts'
import { ownToken } from './framed.ts'
import { Refused } from './refused.ts'

/** An acked command that is not answered by then has an unknown outcome. */
const deadlineMs = 10_000
/** A command given while the line comes up waits this long for it. */
const patienceMs = 4_000
const firstRetryMs = 500
const lastRetryMs = 5_000

export type Line = 'connecting' | 'up' | 'down'
export const line = signal<Line>('connecting')
/** When the next try to reach the server starts, as this device's epoch ms; null while trying. */
export const retryAt = signal<number | null>(null)

let socket: Socket | null = null
let resting = false
let tries = 0
let retry: ReturnType<typeof setTimeout> | undefined
const onUp = new Set<() => void>()

/** The one socket of the page. The session's cookie says who is asking; in a frame its token. */
export function openSocket(): Socket {
  if (socket !== null) {
    if (resting) socket.connect()
    resting = false
    return socket
  }
  // The waits between tries are ours, so that the page can say how long they are.
  const auth = (tell: (auth: object) => void) => {
    const token = ownToken()
    tell(token === null ? {} : { token })
  }
  socket = io({ transports: ['websocket'], withCredentials: true, reconnection: false, auth })
  socket.on('connect', () => {
    tries = 0
    retryAt.value = null
    line.value = 'up'
    for (const tell of onUp) tell()
  })
  socket.on('disconnect', (reason) => {
    if (reason !== 'io client disconnect') retryLater()
  })
  socket.on('connect_error', retryLater)
  addEventListener('online', tryNow)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') tryNow()
  })
  return socket
}

/** Waits double and scatter: a node that restarts is not met by everybody in the same instant. */
function retryLater(): void {
  if (resting) return
  line.value = 'down'
  const waitMs = Math.min(lastRetryMs, firstRetryMs * 2 ** tries) * (0.75 + Math.random() / 2)
  tries += 1
  retryAt.value = Date.now() + waitMs
  clearTimeout(retry)
  retry = setTimeout(tryNow, waitMs)
}

export function tryNow(): void {
  if (line.value !== 'down' || socket === null) return
  clearTimeout(retry)
  retryAt.value = null
  socket.disconnect().connect()
}

/** Nobody needs it for now, and it costs the server nothing until somebody does again. */
export function restSocket(): void {
  if (socket === null) return
  clearTimeout(retry)
  retryAt.value = null
  line.value = 'connecting'
  resting = true
  socket.disconnect()
}

/** After signing in or out: the next handshake carries the new cookie. */
export function reopenSocket(): void {
  if (socket === null || resting) return
  clearTimeout(retry)
  line.value = 'connecting'
  socket.disconnect().connect()
}

/** Told on every connect, also the first. Answers how to stop listening. */
export function whenUp(tell: () => void): () => void {
  onUp.add(tell)
  if (socket?.connected === true) tell()
  return () => {
    onUp.delete(tell)
  }
}

/** Told when the line is there again: what was pushed meanwhile was not heard. Answers how to stop. */
export function whenBack(tell: () => void): () => void {
  let first = true
  return whenUp(() => {
    if (!first) tell()
    first = false
  })
}

/** Sends a command and answers its value, or throws `Refused`. */
export async function command<C extends CommandName>(
  name: C,
  payload: CommandIn<C>,
): Promise<CommandOut<C>> {
  const open = openSocket()
  if (!open.connected) await connected(open)
  const ack = await answered<CommandOut<C>>(open, name, payload)
  if (ack.ok) return ack.value
  throw new Refused(ack.code, ack.message, ack)
}

async function answered<T>(open: Socket, name: string, payload: unknown): Promise<Ack<T>> {
  try {
    return (await open.timeout(deadlineMs).emitWithAck(name, payload)) as Ack<T>
  } catch {
    throw new Refused('OFFLINE', 'no answer from the server')
  }
}

function connected(open: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      open.off('connect', done)
      reject(new Refused('OFFLINE', 'not connected'))
    }, patienceMs)
    const done = () => {
      clearTimeout(limit)
      resolve()
    }
    open.once('connect', done)
  })
}

/** Listens to what the server says unasked. Answers how to stop. */
export function on<P extends PushName>(name: P, hear: (push: Pushes[P]) => void): () => void {
  const open = openSocket()
  const listener = hear as (push: unknown) => void
  open.on(name as string, listener)
  return () => {
    open.off(name as string, listener)
  }
}
