import type { Server as HttpServer } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Server, type Socket } from 'socket.io'
import type { Ack, Code } from '../../shared/wire/base.ts'
import type { Command, Commands, In, Out } from '../../shared/wire/contract.ts'
import { checker } from '../base/check.ts'
import type { Logger } from '../base/log.ts'
import { Refusal, unavailable } from '../base/refusal.ts'
import type { Who } from '../base/who.ts'

/** An rtpCapabilities tree of a browser is about 12 KB; nothing else comes near. */
const packetBytesMax = 64 * 1024
/** Sockets of one account: tabs and phones of one person. */
const socketsPerAccount = 20
/** Sockets of one address: an office, a university. */
const socketsPerAddress = 500
const deadlineMs = 5_000
/** From the word to the cut: long enough for the word to leave. */
const dismissMs = 100
/** Refused calls without a good one between: then the socket is closed. */
const strikesMax = 200

/** What a command's handler may do with the caller's own socket. */
export type Line = {
  id: string
  who: Who
  socket: Socket
  net: NetSocket
}

export type CommandHandlers<T extends Commands> = {
  [K in keyof T]: (who: Who, payload: In<T[K]>, line: Line) => Promise<Out<T[K]>>
}

type Needs = {
  log: Logger
  findSession(token: string): Promise<Omit<Who, 'address'> | null>
  isOurOrigin(origin: string | undefined, host: string | undefined): boolean
  cookieName: string
  limit(name: string, who: Who): Promise<void>
  addressOf(headers: Record<string, string | string[] | undefined>, direct: string): string
  /** What was thrown, as a refusal: unexpected things are logged there, once. */
  refusalOf(error: unknown): Refusal
  onLeave(line: Line): void
}

type Mounted = { check(payload: unknown): unknown; command: Command; run: Handler }
type Handler = (who: Who, payload: never, line: Line) => Promise<unknown>

export type Gateway = ReturnType<typeof openGateway>

/**
 * The socket door. Every command takes one object and an ack; each is checked, counted, run and
 * answered in its time, and nothing that a client sends ends the process.
 */
export function openGateway(server: HttpServer, needs: Needs) {
  const { log } = needs
  const mounted = new Map<string, Mounted>()
  const byAccount = new Map<string, Set<Line>>()
  const byAddress = new Map<string, number>()
  const nets = new WeakMap<object, NetSocket>()
  const counts = { connected: 0, commands: 0, refused: 0, running: 0 }
  let draining = false
  let quiet: (() => void) | undefined
  const io = new Server(server, {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: packetBytesMax,
    perMessageDeflate: false,
    connectTimeout: 10_000,
    pingInterval: 20_000,
    pingTimeout: 20_000,
    destroyUpgrade: false,
    allowRequest: (request, done) => {
      const { origin, host } = request.headers
      done(null, !draining && needs.isOurOrigin(origin, host))
    },
  })
  io.engine.on('connection', (raw: { request: { socket: NetSocket } }) =>
    nets.set(raw, raw.request.socket),
  )
  io.use((socket, next) => {
    enter(socket).then(
      () => next(),
      (error: unknown) => next(connectError(needs.refusalOf(error))),
    )
  })
  io.on('connection', (socket) => welcome(socket))

  async function enter(socket: Socket): Promise<void> {
    const address = needs.addressOf(socket.handshake.headers, socket.handshake.address)
    if ((byAddress.get(address) ?? 0) >= socketsPerAddress) {
      throw new Refusal('RATE_LIMITED', 'Too many connections from this address.', {
        retryAfterMs: 5_000,
      })
    }
    const token = tokenOf(socket, needs.cookieName)
    const session = token === undefined ? null : await needs.findSession(token)
    if (token !== undefined && !session) {
      throw new Refusal('UNAUTHENTICATED', 'This session has ended. Sign in again.')
    }
    if (session && (byAccount.get(session.accountId)?.size ?? 0) >= socketsPerAccount) {
      throw new Refusal('RATE_LIMITED', 'Too many connections of this account.', {
        retryAfterMs: 5_000,
      })
    }
    socket.data = { who: session ? { ...session, address } : null, address, strikes: 0 }
  }

  function welcome(socket: Socket): void {
    const who = socket.data.who as Who | null
    const address = socket.data.address as string
    const net = nets.get(socket.conn)
    counts.connected += 1
    byAddress.set(address, (byAddress.get(address) ?? 0) + 1)
    const line = who && net ? { id: socket.id, who, socket, net } : null
    if (line)
      setOf(byAccount, line.who.accountId).add(line)
      // The handshake is done: its request would otherwise live as long as the socket.
    ;(socket.conn as { request: unknown }).request = null
    socket.on('error', (error) => log.debug({ err: error }, 'socket error'))
    socket.onAny((event: unknown, ...args: unknown[]) => {
      void hear(socket, line, event, args)
    })
    socket.on('disconnect', () => {
      counts.connected -= 1
      const left = (byAddress.get(address) ?? 1) - 1
      if (left > 0) byAddress.set(address, left)
      else byAddress.delete(address)
      if (!line) return
      const lines = byAccount.get(line.who.accountId)
      lines?.delete(line)
      if (lines?.size === 0) byAccount.delete(line.who.accountId)
      needs.onLeave(line)
    })
  }

  /** One packet: whatever it is, it ends here. */
  async function hear(
    socket: Socket,
    line: Line | null,
    event: unknown,
    args: unknown[],
  ): Promise<void> {
    const last = args.at(-1)
    const ack = typeof last === 'function' ? (last as (answer: Ack<unknown>) => void) : undefined
    const given = ack ? args.slice(0, -1) : args
    let answer: Ack<unknown>
    counts.commands += 1
    counts.running += 1
    try {
      answer = { ok: true, value: await within(run(line, event, given)) }
      socket.data.strikes = 0
    } catch (error) {
      answer = ackOf(needs.refusalOf(error))
      counts.refused += 1
      socket.data.strikes += 1
    }
    ack?.(answer)
    counts.running -= 1
    if (counts.running === 0) quiet?.()
    if (socket.data.strikes > strikesMax) socket.disconnect(true)
  }

  async function run(line: Line | null, event: unknown, given: unknown[]): Promise<unknown> {
    const found = typeof event === 'string' ? mounted.get(event) : undefined
    if (!found) throw new Refusal('NOT_FOUND', 'There is no such command.')
    if (given.length !== 1) throw new Refusal('VALIDATION', 'A command takes one object.')
    if (!line) throw new Refusal('UNAUTHENTICATED', 'Sign in first.')
    if (found.command.may !== 'guest' && line.who.kind === 'guest') {
      throw new Refusal('UNAUTHENTICATED', 'Sign in first.')
    }
    await needs.limit(event as string, line.who)
    const payload = found.check(given[0])
    return found.run(line.who, payload as never, line)
  }

  return {
    io,
    counts,
    mount<T extends Commands>(table: T, handlers: CommandHandlers<T>): void {
      for (const [name, command] of Object.entries(table)) {
        const run = handlers[name as keyof T] as unknown as Handler
        mounted.set(name, { check: checker(command.in), command, run })
      }
    },
    /** Says something to every screen of one account on this node. */
    notify(accountId: string, event: string, payload: object): void {
      for (const line of byAccount.get(accountId) ?? []) line.socket.emit(event, payload)
    },
    linesOf: (accountId: string): Line[] => [...(byAccount.get(accountId) ?? [])],
    /** Tells why, then closes: the client is to come back elsewhere or not at all. */
    dismiss(line: Line, code: Code): void {
      line.socket.emit('session:ended', { code })
      // After the packet is out; the client closes by itself, this is for those that do not.
      setTimeout(() => line.socket.disconnect(true), dismissMs).unref()
    },
    sessions(): Map<string, Line[]> {
      const lines = [...byAccount.values()].flatMap((set) => [...set])
      return Map.groupBy(lines, (line) => line.who.sessionId)
    },
    /** No new sockets; commands in flight are answered; then everybody is told to come back elsewhere. */
    async drain(ms: number): Promise<void> {
      draining = true
      if (counts.running > 0) {
        await Promise.race([new Promise<void>((r) => (quiet = r)), wait(ms)])
      }
      for (const lines of byAccount.values())
        for (const line of lines) this.dismiss(line, 'UNAVAILABLE')
      await wait(dismissMs)
    },
    async close(): Promise<void> {
      await io.close()
    },
  }
}

function setOf<K, V>(map: Map<K, Set<V>>, key: K): Set<V> {
  const found = map.get(key) ?? new Set<V>()
  map.set(key, found)
  return found
}

function tokenOf(socket: Socket, cookieName: string): string | undefined {
  const { auth, headers } = socket.handshake
  const given: unknown = auth && typeof auth === 'object' ? auth['token'] : undefined
  if (given !== undefined && given !== null) {
    if (typeof given === 'string' && /^[A-Za-z0-9_-]{20,200}$/.test(given)) return given
    throw new Refusal('UNAUTHENTICATED', 'This session has ended. Sign in again.')
  }
  const bearer = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(headers.authorization ?? '')
  if (bearer) return bearer[1]
  const cookie = headers.cookie?.split(';').find((c) => c.trim().startsWith(`${cookieName}=`))
  const value = cookie?.slice(cookie.indexOf('=') + 1).trim()
  return value && /^[A-Za-z0-9_-]{20,200}$/.test(value) ? value : undefined
}

function connectError(refusal: Refusal): Error {
  return Object.assign(new Error(refusal.message), { data: ackOf(refusal) })
}

function ackOf(refusal: Refusal): Ack<never> {
  return {
    ok: false,
    code: refusal.code,
    message: refusal.message,
    ...(refusal.errors && { errors: refusal.errors }),
    ...(refusal.retryAfterMs !== undefined && { retryAfterMs: refusal.retryAfterMs }),
  }
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable()), deadlineMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
