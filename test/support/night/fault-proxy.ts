import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** What happens to the bytes on their way. */
export type Fault =
  | { kind: 'none' }
  /** Nobody listens; open connections are reset. */
  | { kind: 'refuse' }
  /** Now and then one open connection is reset. */
  | { kind: 'reset'; everyMs: number }
  | { kind: 'latency'; ms: number; jitterMs?: number }
  /** Connections open, and not a byte arrives. */
  | { kind: 'black-hole' }
  /** Answers come in small pieces. */
  | { kind: 'drip'; bytes: number; everyMs: number }
  /** Both ways carry so many bytes a second, each connection for itself. */
  | { kind: 'bandwidth'; bytesPerSecond: number }
  /** Everything is cut into pieces of at most so many bytes, wherever that falls. */
  | { kind: 'slicer'; bytesMax: number }
  /** A connection is reset once it has carried so many bytes. */
  | { kind: 'limit'; bytes: number }
  /** Only one direction arrives. */
  | { kind: 'one-way'; lost: 'requests' | 'answers' }

type Direction = 'requests' | 'answers'

/** A narrow way lets pieces through this often. */
const turnsPerSecond = 20

/** One connection through the proxy. Once bytes of it were lost it never speaks again. */
type Pair = { client: Socket; server: Socket; torn: boolean; carried: number }

/**
 * A TCP proxy in front of a server that breaks the way there. What it breaks stays broken for the
 * connections it happened to, as with a firewall that forgot them; new ones are fine once it healed.
 */
export class FaultProxy {
  readonly #target: { host: string; port: number }
  #port = 0
  readonly #random: () => number
  readonly #pairs = new Set<Pair>()
  #server: Server
  #fault: Fault = { kind: 'none' }
  #resets: NodeJS.Timeout | undefined

  static async open(target: string, random: () => number, port = 0): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(target), random)
    await listen(proxy.#server, port)
    proxy.#port = (proxy.#server.address() as AddressInfo).port
    return proxy
  }

  private constructor({ hostname, port }: URL, random: () => number) {
    this.#target = { host: hostname, port: Number(port) }
    this.#random = random
    this.#server = this.#create()
  }

  /** The same address, by way of this proxy. */
  in(url: string): string {
    const through = new URL(url)
    through.port = String(this.#port)
    return through.href
  }

  async set(fault: Fault): Promise<void> {
    clearInterval(this.#resets)
    const wasRefusing = this.#fault.kind === 'refuse'
    this.#fault = fault
    if (wasRefusing && fault.kind !== 'refuse') {
      this.#server = this.#create()
      await listen(this.#server, this.#port)
    }
    if (fault.kind === 'refuse') {
      this.#server.close()
      for (const pair of this.#pairs) cut(pair)
    }
    if (fault.kind === 'reset') {
      this.#resets = setInterval(() => this.#resetOne(), fault.everyMs)
    }
  }

  heal(): Promise<void> {
    return this.set({ kind: 'none' })
  }

  close(): void {
    clearInterval(this.#resets)
    this.#server.close()
    for (const pair of this.#pairs) cut(pair)
  }

  #create(): Server {
    return createServer((client) => this.#take(client))
  }

  #take(client: Socket): void {
    const server = connect(this.#target)
    const pair: Pair = { client, server, torn: false, carried: 0 }
    this.#pairs.add(pair)
    this.#carry(pair, 'requests')
    this.#carry(pair, 'answers')
    client.on('close', () => {
      this.#pairs.delete(pair)
      server.destroy()
    })
    // Whoever sits behind a black hole does not hear that the other side is gone.
    server.on('close', (hadError) => {
      if (pair.torn || this.#swallows('answers')) return
      if (hadError) reset(client)
      else client.end()
    })
  }

  #carry(pair: Pair, direction: Direction): void {
    const [from, to] =
      direction === 'requests' ? [pair.client, pair.server] : [pair.server, pair.client]
    let last = Promise.resolve()
    from.on('data', (chunk) => {
      const at = performance.now() + this.#delay()
      last = last.then(() => this.#pass(pair, direction, to, chunk, at))
    })
    // A reset is what this is for; 'close' follows it.
    from.on('error', () => undefined)
  }

  async #pass(pair: Pair, direction: Direction, to: Socket, chunk: Buffer, at: number) {
    const wait = at - performance.now()
    if (wait > 0) await pause(wait)
    if (this.#swallows(direction)) pair.torn = true
    if (pair.torn || to.destroyed) return
    pair.carried += chunk.length
    const fault = this.#fault
    if (fault.kind === 'limit' && pair.carried > fault.bytes) return cut(pair)
    for (const { piece, waitMs } of this.#pieces(chunk, direction)) {
      if (to.destroyed) return
      to.write(piece)
      if (waitMs > 0 && this.#fault === fault) await pause(waitMs)
    }
  }

  /** How a chunk travels under this fault: in which pieces, with how long a wait after each. */
  #pieces(chunk: Buffer, direction: Direction): { piece: Buffer; waitMs: number }[] {
    const fault = this.#fault
    if (fault.kind === 'drip' && direction === 'answers') {
      return slices(chunk, () => fault.bytes).map((piece) => ({ piece, waitMs: fault.everyMs }))
    }
    if (fault.kind === 'bandwidth') {
      const perTurn = Math.max(1, Math.round(fault.bytesPerSecond / turnsPerSecond))
      const waitOf = (piece: Buffer) => (piece.length / fault.bytesPerSecond) * 1_000
      return slices(chunk, () => perTurn).map((piece) => ({ piece, waitMs: waitOf(piece) }))
    }
    if (fault.kind === 'slicer') {
      const next = () => 1 + Math.floor(this.#random() * fault.bytesMax)
      return slices(chunk, next).map((piece) => ({ piece, waitMs: 1 }))
    }
    return [{ piece: chunk, waitMs: 0 }]
  }

  #delay(): number {
    if (this.#fault.kind !== 'latency') return 0
    const { ms, jitterMs = 0 } = this.#fault
    return ms + jitterMs * this.#random()
  }

  #swallows(direction: Direction): boolean {
    const { kind } = this.#fault
    return (
      kind === 'black-hole' || (this.#fault.kind === 'one-way' && this.#fault.lost === direction)
    )
  }

  #resetOne(): void {
    const pairs = [...this.#pairs]
    const one = pairs[Math.floor(this.#random() * pairs.length)]
    if (one) cut(one)
  }
}

function slices(chunk: Buffer, lengthOfNext: () => number): Buffer[] {
  const pieces: Buffer[] = []
  for (let from = 0; from < chunk.length; ) {
    const to = from + lengthOfNext()
    pieces.push(chunk.subarray(from, to))
    from = to
  }
  return pieces
}

function cut({ client, server }: Pair): void {
  reset(client)
  server.destroy()
}

/**
 * libuv refuses to reset a socket whose end is on its way, and Node then waits for its close for ever,
 * at the end of the process as well: such a one is closed.
 */
function reset(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy()
  else socket.resetAndDestroy()
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen({ host: '127.0.0.1', port })
  await once(server, 'listening')
}
