import { randomUUID } from 'node:crypto'
import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Server, type Socket } from 'socket.io'
import type { Ack, Code } from '../../shared/wire/base.ts'
import type { Command, Commands, In, Out } from '../../shared/wire/contract.ts'
import { checker } from '../base/check.ts'
import { within } from '../base/deadline.ts'
import type { Logger } from '../base/log.ts'
import { networkOf } from '../base/network.ts'
import { Refusal } from '../base/refusal.ts'
import type { Who } from '../base/who.ts'
import { Asked, CommandDecoder } from './decoder.ts'
import { encodeAnswer, TextEncoder } from './encoder.ts'
import { writeFrame } from './frame.ts'
import { tokenOf } from './handshake.ts'
import { forgetHandshake, forgetResponse, noRooms, readUsualQuery, writeTogether } from './light.ts'
import { cut, unread } from './unread.ts'
import { type Wire, wireOf } from './wire.ts'

const path = '/socket.io/'
/** An rtpCapabilities tree of a browser is about 12 KB; nothing else comes near. */
const packetBytesMax = 64 * 1024
/** Sockets of one account: tabs and phones of one person. */
const socketsPerAccount = 20
/** Sockets of one address, with limits on: an office, a university. */
const socketsPerAddress = 500
/** Connections of one address beyond those: they are told why, the rest is not even answered. */
const toldPerAddress = 50
/** Answers and notices that wait in one socket for a client that does not read. */
const unreadMax = 1024 * 1024
/** Whoever takes an upgrade answers at once; where nobody does, Node keeps the socket for ever. */
const strayUpgradeMs = 1_000
const deadlineMs = 5_000
/** From the word to the cut: long enough for the word to leave. */
const dismissMs = 100
/** Who has not heard our goodbye by then is out of reach; the library would wait 30 s for each. */
const goodbyeMs = 1_000
/** Refused calls without a good one between: then the socket is closed. */
const strikesMax = 200

/** A signed-in socket: what a command's handler may do with its caller's own line. */
export type Line = Wire & { id: string; who: Who }

export type CommandHandlers<T extends Commands> = {
  [K in keyof T]: (who: Who, payload: In<T[K]>, line: Line) => Promise<Out<T[K]>>
}

type Needs = {
  log: Logger
  findSession(token: string): Promise<Omit<Who, 'address'> | null>
  isOurOrigin(origin: string | undefined, host: string | undefined): boolean
  /** The caller's address, past our own proxies. */
  addressOf(handshake: { address: string | undefined; headers: Headers }): string
  cookieName: string
  limited: boolean
  limit(name: string, subject: { accountId: string | undefined; address: string }): Promise<void>
  /** What was thrown, as a refusal: unexpected things are logged there, once. */
  refusalOf(error: unknown): Refusal
  onLeave(line: Line): void
}

type Handler = (who: Who, payload: never, line: Line) => Promise<unknown>
type Mounted = { check(payload: unknown): unknown; command: Command; run: Handler }
/** What the door keeps of a socket. */
type Known = { who: Who | null; strikes: number }
type Headers = Record<string, string | string[] | undefined>
/** Engine.IO's end of a connection, before anybody has said who it is. */
type Raw = {
  request: IncomingMessage
  remoteAddress: string | undefined
  once(event: 'close', heard: () => void): void
}

/**
 * The socket door. Every command takes one object and an ack; each is checked, counted, run and
 * answered in its time, and nothing that a client sends ends the process.
 */
export class Gateway {
  readonly counts = { connected: 0, commands: 0, refused: 0, running: 0 }
  readonly #needs: Needs
  readonly #io: Server
  readonly #commands = new Map<string, Mounted>()
  readonly #byAccount = new Map<string, readonly Line[]>()
  /** Connections by network, from the first byte on. */
  readonly #byNetwork = new Map<string, number>()
  readonly #nets = new WeakMap<object, NetSocket>()
  readonly #upgraded = new Set<NetSocket>()
  #draining = false
  #quiet: (() => void) | undefined

  constructor(server: HttpServer, needs: Needs) {
    this.#needs = needs
    this.#io = new Server(server, {
      path,
      transports: ['websocket'],
      serveClient: false,
      parser: { Encoder: TextEncoder, Decoder: CommandDecoder },
      adapter: noRooms,
      maxHttpBufferSize: packetBytesMax,
      perMessageDeflate: false,
      connectTimeout: 10_000,
      pingInterval: 20_000,
      pingTimeout: 20_000,
      destroyUpgrade: false,
      allowRequest: (request, done) => done(null, this.#mayConnect(request)),
    })
    this.#io.engine.generateId = () => randomUUID()
    this.#io.engine.on('connection', (raw: Raw) => this.#count(raw))
    server.prependListener('upgrade', readUsualQuery)
    server.on('upgrade', ({ url }, socket: NetSocket) => {
      this.#upgraded.add(socket)
      socket.once('close', () => this.#upgraded.delete(socket))
      socket.on('error', (err) => needs.log.debug({ err }, 'an upgraded socket broke'))
      if (!url?.startsWith(path)) leaveNoStray(socket)
    })
    this.#io.use((socket, next) => {
      within(deadlineMs, this.#enter(socket)).then(
        () => next(),
        (error: unknown) => next(connectError(needs.refusalOf(error))),
      )
    })
    this.#io.on('connection', (socket) => this.#welcome(socket))
  }

  /** Puts a feature's handlers behind the door. */
  mount<T extends Commands>(table: T, handlers: CommandHandlers<T>): void {
    for (const [name, command] of Object.entries(table)) {
      const run = handlers[name as keyof T] as unknown as Handler
      this.#commands.set(name, { check: checker(command.in), command, run })
    }
  }

  /** Says something to every screen of one account on this node. */
  notify(accountId: string, event: string, payload: object): void {
    for (const line of this.linesOf(accountId)) say(line, event, payload)
  }

  /** Says something to one line. */
  tell(lineId: string, event: string, payload: object): void {
    const socket = this.#io.sockets.sockets.get(lineId)
    if (socket) say(this.#wireOf(socket), event, payload)
  }

  linesOf(accountId: string): Line[] {
    return [...(this.#byAccount.get(accountId) ?? [])]
  }

  lines(): Line[] {
    return [...this.#byAccount.values()].flat()
  }

  /** Tells why, then closes: the client is to come back elsewhere or not at all. */
  dismiss(line: Line, code: Code, reason?: string): void {
    line.socket.emit('session:ended', { code, ...(reason !== undefined && { reason }) })
    setTimeout(() => line.socket.disconnect(true), dismissMs).unref()
  }

  /** No new sockets; commands in flight are answered; then everybody is told to come back elsewhere. */
  async drain(ms: number): Promise<void> {
    this.#draining = true
    if (this.counts.running > 0) {
      const quiet = new Promise<void>((resolve) => {
        this.#quiet = resolve
      })
      await Promise.race([quiet, wait(ms, undefined, { ref: false })])
    }
    for (const line of this.lines()) this.dismiss(line, 'UNAVAILABLE')
    await wait(dismissMs)
  }

  async close(): Promise<void> {
    const leaving = setTimeout(() => {
      for (const socket of this.#upgraded) socket.destroy()
    }, goodbyeMs)
    await this.#io.close()
    clearTimeout(leaving)
  }

  #mayConnect(request: IncomingMessage): boolean {
    const allowed = this.#isWelcome(request)
    if (allowed) {
      forgetResponse(request)
      writeTogether(request)
    }
    return allowed
  }

  #isWelcome({ headers, socket }: IncomingMessage): boolean {
    if (this.#draining || !this.#needs.isOurOrigin(headers.origin, headers.host)) return false
    const address = this.#needs.addressOf({ address: socket.remoteAddress, headers })
    const open = this.#byNetwork.get(networkOf(address)) ?? 0
    return !this.#needs.limited || open < socketsPerAddress + toldPerAddress
  }

  #count(raw: Raw): void {
    const { socket, headers } = raw.request
    this.#nets.set(raw, socket)
    const address = this.#needs.addressOf({ address: raw.remoteAddress, headers })
    const network = networkOf(address)
    this.#byNetwork.set(network, (this.#byNetwork.get(network) ?? 0) + 1)
    raw.once('close', () => {
      const left = (this.#byNetwork.get(network) ?? 1) - 1
      if (left > 0) this.#byNetwork.set(network, left)
      else this.#byNetwork.delete(network)
    })
  }

  async #enter(socket: Socket): Promise<void> {
    const { findSession, cookieName, limited, limit } = this.#needs
    const address = this.#needs.addressOf(socket.handshake)
    if (limited && (this.#byNetwork.get(networkOf(address)) ?? 0) > socketsPerAddress)
      throw tooMany('from this address')
    await limit('handshake', { accountId: undefined, address })
    const token = tokenOf(socket.handshake, cookieName)
    const session = token === undefined ? null : await findSession(token)
    if (token !== undefined && !session) {
      throw new Refusal('UNAUTHENTICATED', 'This session has ended. Sign in again.')
    }
    if (session) await limit('connect', { accountId: session.accountId, address })
    const mine = session ? (this.#byAccount.get(session.accountId)?.length ?? 0) : 0
    if (limited && mine >= socketsPerAccount) throw tooMany('of this account')
    const known: Known = { who: session && { ...session, address }, strikes: 0 }
    socket.data = known
  }

  #welcome(socket: Socket): void {
    const { who } = socket.data as Known
    const wire = this.#wireOf(socket)
    const line = who && { id: socket.id, who, ...wire }
    this.counts.connected += 1
    if (line) {
      const { accountId } = line.who
      this.#byAccount.set(accountId, [...this.linesOf(accountId), line])
    }
    forgetHandshake(socket)
    socket.on('error', (error) => this.#needs.log.debug({ err: error }, 'socket error'))
    socket.onAny((...words: unknown[]) => void this.#hear(line ?? wire, line, words))
    socket.on('disconnect', () => this.#farewell(line))
  }

  #wireOf(socket: Socket): Wire {
    return wireOf(socket, this.#nets.get(socket.conn) as NetSocket)
  }

  #farewell(line: Line | null): void {
    this.counts.connected -= 1
    if (!line) return
    const { accountId } = line.who
    const lines = this.linesOf(accountId).filter((one) => one !== line)
    if (lines.length > 0) this.#byAccount.set(accountId, lines)
    else this.#byAccount.delete(accountId)
    this.#needs.onLeave(line)
  }

  /** One packet: whatever it is, it ends here. */
  async #hear(wire: Wire, line: Line | null, words: unknown[]): Promise<void> {
    const asked = words.at(-1) instanceof Asked ? (words.pop() as Asked) : undefined
    const known = wire.socket.data as Known
    let answer: Ack<unknown>
    this.counts.commands += 1
    this.counts.running += 1
    try {
      const value = await within(deadlineMs, this.#run(line, words))
      answer = { ok: true, value }
      known.strikes = 0
    } catch (error) {
      answer = ackOf(this.#needs.refusalOf(error))
      this.counts.refused += 1
      known.strikes += 1
    }
    this.counts.running -= 1
    if (asked) writeFrame(wire, encodeAnswer(asked, answer))
    if (unread(wire) > unreadMax) cut(wire)
    if (this.counts.running === 0) this.#quiet?.()
    if (this.#needs.limited && known.strikes > strikesMax) wire.socket.disconnect(true)
  }

  async #run(line: Line | null, [event, ...given]: unknown[]): Promise<unknown> {
    const found = typeof event === 'string' ? this.#commands.get(event) : undefined
    if (!found) throw new Refusal('NOT_FOUND', 'There is no such command.')
    if (given.length !== 1) throw new Refusal('VALIDATION', 'A command takes one object.')
    const isGuest = line?.who.kind === 'guest'
    if (!line || (isGuest && found.command.may !== 'guest')) {
      throw new Refusal('UNAUTHENTICATED', 'Sign in first.')
    }
    await this.#needs.limit(event as string, line.who)
    try {
      return await found.run(line.who, found.check(given[0]) as never, line)
    } finally {
      // It left meanwhile: what was opened for it since is nobody's, and left again.
      if (!line.socket.connected) this.#needs.onLeave(line)
    }
  }
}

/** Whoever does not read what they are told is told no more. */
function say(wire: Wire, event: string, payload: object): void {
  wire.socket.emit(event, payload)
  if (unread(wire) > unreadMax) cut(wire)
}

/**
 * Node hands an upgraded socket over bare: nobody hears its errors, which would end the process, and
 * nothing ends it when no door takes it. What comes to ours is taken or refused: no look at each of a storm.
 */
function leaveNoStray(socket: NetSocket): void {
  const look = () => socket.bytesWritten === 0 && socket.destroy()
  setTimeout(look, strayUpgradeMs).unref()
}

const tooMany = (whose: string) =>
  new Refusal('RATE_LIMITED', `Too many connections ${whose}.`, { retryAfterMs: 5_000 })

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
