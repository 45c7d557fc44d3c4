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
  /** Only one direction arrives. */
  | { kind: 'one-way'; lost: 'requests' | 'answers' }

type Direction = 'requests' | 'answers'

/** One connection through the proxy. Once bytes of it were lost it never speaks again. */
type Pair = { client: Socket; server: Socket; torn: boolean }

/**
 * A TCP proxy in front of a server that breaks the way there. What it breaks stays broken for the
 * connections it happened to, as with a firewall that forgot them; new ones are fine once it healed.
 */
export class FaultProxy {
  readonly #target: { host: string; port: number }
  readonly #random: () => number
  readonly #pairs = new Set<Pair>()
  #server: Server
  #fault: Fault = { kind: 'none' }
  #resets: NodeJS.Timeout | undefined

  static async open(target: string, random: () => number): Promise<FaultProxy> {
    const { hostname, port } = new URL(target)
    const proxy = new FaultProxy({ host: hostname, port: Number(port) }, random)
    await listen(proxy.#server, 0)
    return proxy
  }

  private constructor(target: { host: string; port: number }, random: () => number) {
    this.#target = target
    this.#random = random
    this.#server = this.#create()
    this.#port = 0
  }

  #port: number

  /** The same address, by way of this proxy. */
  in(url: string): string {
    this.#port ||= (this.#server.address() as AddressInfo).port
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
    const pair: Pair = { client, server, torn: false }
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
      if (hadError) client.resetAndDestroy()
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
    const fault = this.#fault
    if (fault.kind !== 'drip' || direction === 'requests') {
      to.write(chunk)
      return
    }
    for (let from = 0; from < chunk.length && !to.destroyed; from += fault.bytes) {
      to.write(chunk.subarray(from, from + fault.bytes))
      if (this.#fault.kind === 'drip') await pause(fault.everyMs)
    }
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

function cut({ client, server }: Pair): void {
  client.resetAndDestroy()
  server.destroy()
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen({ host: '127.0.0.1', port })
  await once(server, 'listening')
}
