import { randomUUID } from 'node:crypto'
import { io, type Socket } from 'socket.io-client'
import { type Ack, codes } from '../../../shared/wire/base.ts'

/**
 * How a request ended: with a result, with a refusal of the wire, with its connection closed. `late`
 * and `untyped` are what must never be.
 */
export type Outcome = 'ok' | keyof typeof codes | 'closed' | 'late' | 'untyped'

export type Answer<T = Record<string, unknown>> = {
  outcome: Outcome
  value?: T
  retryAfterMs?: number
  /** What an untyped answer looked like. */
  words?: string
}

export type Ask = { token?: string; body?: unknown; key?: string; limitMs?: number }

/** What other work on the machine adds; where a table is made of it, no more than the way there and back. */
const roomMs = process.env.FAULTS_REPORT ? 500 : 5_000
/** What the house promises. */
export const limitMs = 5_000 + roomMs
export const checkoutLimitMs = 10_000 + roomMs

/** One HTTP request and how it ended; throws nothing. */
export async function askHttp<T>(
  url: string,
  method: string,
  path: string,
  ask: Ask = {},
): Promise<Answer<T>> {
  const { token, body, key, limitMs: ms = limitMs } = ask
  const address = path.startsWith('/api') ? `${url}${path}` : `${url}/api/v1${path}`
  try {
    const answer = await fetch(address, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...(key && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ms),
    })
    return read<T>(answer.status, await answer.text())
  } catch (error) {
    return { outcome: (error as Error).name === 'TimeoutError' ? 'late' : 'closed' }
  }
}

function read<T>(status: number, text: string): Answer<T> {
  const words = `${status} ${text.slice(0, 300)}`
  let json: unknown
  try {
    json = text === '' ? {} : JSON.parse(text)
  } catch {
    return { outcome: 'untyped', words }
  }
  if (status < 400) return { outcome: 'ok', value: json as T }
  const { code, retryAfterMs } = json as { code?: unknown; retryAfterMs?: number }
  if (!isCode(code)) return { outcome: 'untyped', words }
  return { outcome: code, words, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

function isCode(code: unknown): code is keyof typeof codes {
  return typeof code === 'string' && Object.hasOwn(codes, code)
}

/** Opens a socket; rejects when it may not, or within the limit cannot. */
export async function openSocket(url: string, token: string): Promise<Socket> {
  const socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    timeout: limitMs,
    auth: { token },
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
    // Let in by the door, and then cut off before a word was said.
    socket.io.once('close', (why) => reject(new Error(why)))
  }).catch((error: unknown) => {
    socket.disconnect()
    throw error
  })
  return socket
}

/**
 * One command and how it ended; throws nothing. `hear` is told of a good answer at once: what follows
 * it on the same socket may be there before anybody who awaits has gone on.
 */
export async function askSocket<T>(
  socket: Socket,
  command: string,
  payload: object,
  hear: (value: T) => void = () => undefined,
): Promise<Answer<T>> {
  if (!socket.connected) return { outcome: 'closed' }
  const closed = new Promise<'closed'>((resolve) => {
    socket.once('disconnect', () => resolve('closed'))
  })
  const answer = new Promise<Ack<T> | 'late'>((resolve) => {
    socket.timeout(limitMs).emit(command, payload, (late: Error | null, ack: Ack<T>) => {
      if (!late && ack.ok) hear(ack.value)
      resolve(late ? 'late' : ack)
    })
  })
  const ack = await Promise.race([answer, closed])
  if (ack === 'late' || ack === 'closed') return { outcome: ack }
  if (ack.ok) return { outcome: 'ok', value: ack.value }
  if (!isCode(ack.code)) return { outcome: 'untyped', words: JSON.stringify(ack) }
  const { code, message, retryAfterMs } = ack
  return { outcome: code, words: message, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

/** Calls on behalf of somebody that must work: for setting the scene. */
export function as(url: string, { token }: { token: string }) {
  const must = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const key = randomUUID()
    const answer = await askHttp<T>(url, method, path, { token, key, body })
    if (answer.outcome === 'ok') return answer.value as T
    throw new Error(`${method} ${path} → ${answer.outcome} ${answer.words ?? ''}`)
  }
  return {
    get: <T>(path: string) => must<T>('GET', path),
    post: <T>(path: string, body: unknown = {}) => must<T>('POST', path, body),
  }
}
