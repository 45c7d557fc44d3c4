import { type Claimed, claimPorts } from '../claim.ts'

/** Postgres, Redis, for each of four processes its own, its ways and its media workers. */
const processesMax = 4
const workersMax = 2
const perNight = 2 + processesMax * 3 + processesMax * workersMax

/** A block of ports that is one night's alone as long as its test lives. */
export class Ports {
  readonly #claimed: Claimed

  static async claim(): Promise<Ports> {
    return new Ports(await claimPorts({ first: 20_000, ports: perNight, blocks: 500 }))
  }

  private constructor(claimed: Claimed) {
    this.#claimed = claimed
  }

  get postgres(): number {
    return this.#claimed.base
  }

  get redis(): number {
    return this.#claimed.base + 1
  }

  of(web: number): { web: number; postgres: number; redis: number } {
    const at = this.#claimed.base + 2 + web * 3
    return { web: at, postgres: at + 1, redis: at + 2 }
  }

  /** MEDIA_PORT: process × workers + worker is added to it. */
  get media(): number {
    return this.#claimed.base + 2 + processesMax * 3
  }

  release(): void {
    this.#claimed.release()
  }
}
