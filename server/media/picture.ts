export type PictureChange = 'flowing' | 'silent' | undefined

/**
 * Whether a stream's picture arrives. It begins with the first bytes of video, is silent when none
 * came for a while (also because its producer is gone), and flows again with the next ones.
 */
export class Picture {
  #flowing = false
  #producerId = ''
  #bytes = 0
  #grewAt = 0

  get flowing(): boolean {
    return this.#flowing
  }

  /** What the newest look says. `bytes` counts from the start of that producer. */
  look(at: {
    nowMs: number
    silentMs: number
    producer: { id: string; bytes: number } | undefined
  }): PictureChange {
    const grew = at.producer !== undefined && this.#grew(at.producer)
    if (grew) this.#grewAt = at.nowMs
    const was = this.#flowing
    this.#flowing = grew || (was && at.nowMs - this.#grewAt < at.silentMs)
    if (was === this.#flowing) return undefined
    return this.#flowing ? 'flowing' : 'silent'
  }

  #grew({ id, bytes }: { id: string; bytes: number }): boolean {
    const before = id === this.#producerId ? this.#bytes : 0
    this.#producerId = id
    this.#bytes = bytes
    return bytes > before
  }
}
