import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isFree } from '../../../scripts/dev/keep.ts'

// A process that is killed must find its port free when it starts again, and nobody else on it
// meanwhile. Ports that the system picks ("0") belong to whoever comes next, an outgoing connection
// of a neighbour too; these lie below them.

const first = 20_000
/** The claim, Postgres, Redis, for each of four processes its own, its ways and its media workers. */
const perNight = 24
const nights = 500
const processesMax = 4
const workersMax = 2

/** A block of ports that is one night's alone as long as its test lives. */
export class Ports {
  readonly #base: number
  readonly #claim: Socket

  /** Takes the next free block; which one is tried first does not matter. */
  static async claim(): Promise<Ports> {
    for (let tried = 0; tried < nights; tried++) {
      const base = first + ((process.pid + tried) % nights) * perNight
      const claim = await bound(base)
      if (!claim) continue
      if (await allFree(base)) return new Ports(base, claim)
      claim.close()
    }
    throw new Error('all ports of all nights are taken')
  }

  private constructor(base: number, claim: Socket) {
    this.#base = base
    this.#claim = claim
  }

  get postgres(): number {
    return this.#base + 1
  }

  get redis(): number {
    return this.#base + 2
  }

  of(web: number): { web: number; postgres: number; redis: number } {
    const at = this.#base + 3 + web * 3
    return { web: at, postgres: at + 1, redis: at + 2 }
  }

  /** MEDIA_PORT: process × workers + worker is added to it. */
  get media(): number {
    return this.#base + 3 + processesMax * 3
  }

  release(): void {
    this.#claim.close()
  }
}

/** The claim is a UDP port: the kernel gives it back when this process ends, however it ends. */
async function bound(port: number): Promise<Socket | undefined> {
  const socket = createSocket('udp4')
  try {
    socket.bind({ port, address: '127.0.0.1', exclusive: true })
    await once(socket, 'listening')
    socket.unref()
    return socket
  } catch (error) {
    socket.close()
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw error
  }
}

async function allFree(base: number): Promise<boolean> {
  const count = 2 + processesMax * 3 + processesMax * workersMax
  const ports = Array.from({ length: count }, (_, n) => base + 1 + n)
  return (await Promise.all(ports.map((port) => isFree('127.0.0.1', port)))).every(Boolean)
}
