import { signal } from '@preact/signals'
import { io, type Socket } from 'socket.io-client'
import type { Ack } from '../../shared/wire/base.ts'
import type { CommandIn, CommandName, CommandOut, Pushes, PushName } from './contract.ts'
import { Refused } from './refused.ts'

/** An acked command that is not answered by then has an unknown outcome. */
const deadlineMs = 10_000

export type Line = 'connecting' | 'up' | 'down'
export const line = signal<Line>('connecting')
/** When the next try to reach the server starts, as this device's epoch ms; null while trying. */
export const retryAt = signal<number | null>(null)

let socket: Socket | null = null
const onUp = new Set<() => void>()

/** The one socket of the page. The session's cookie says who is asking. */
export function openSocket(): Socket {
  if (socket !== null) return socket
  socket = io({
    transports: ['websocket'],
    withCredentials: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
    randomizationFactor: 0.5,
  })
  socket.on('connect', () => {
    line.value = 'up'
    retryAt.value = null
    for (const tell of onUp) tell()
  })
  socket.on('disconnect', (reason) => {
    line.value = 'down'
    if (reason === 'io server disconnect') retryLater()
  })
  socket.on('connect_error', () => {
    line.value = 'down'
    if (socket?.active === false) retryLater()
  })
  socket.io.on('reconnect_attempt', () => {
    retryAt.value = null
  })
  return socket
}

/** The server closed the door (it drains, or the session changed): it does not retry by itself. */
function retryLater(): void {
  const waitMs = 1_000 + Math.random() * 2_000
  retryAt.value = Date.now() + waitMs
  setTimeout(() => {
    if (retryAt.value !== null) tryNow()
  }, waitMs)
}

export function tryNow(): void {
  retryAt.value = null
  if (socket?.connected === false) socket.disconnect().connect()
}

/** After signing in or out: the next handshake carries the new cookie. */
export function reopenSocket(): void {
  if (socket === null) return
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

/** Sends a command and answers its value, or throws `Refused`. Never queued while the line is down. */
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
    }, deadlineMs / 2)
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
