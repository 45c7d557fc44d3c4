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
  #awaited = false

  get flowing(): boolean {
    return this.#flowing
  }

  /** It should flow and has not begun to: that it does not will be told as silence. */
  get awaited(): boolean {
    return this.#awaited
  }

  /** It flowed on another node until now. */
  await(nowMs: number): void {
    if (this.#flowing) return
    this.#awaited = true
    this.#grewAt = nowMs
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
    const wasAwaited = this.#awaited
    const lasts = at.nowMs - this.#grewAt < at.silentMs
    this.#awaited = wasAwaited && !grew && lasts
    this.#flowing = grew || (was && lasts)
    if (this.#flowing) return was ? undefined : 'flowing'
    return (was || wasAwaited) && !this.#awaited ? 'silent' : undefined
  }

  #grew({ id, bytes }: { id: string; bytes: number }): boolean {
    const before = id === this.#producerId ? this.#bytes : 0
    this.#producerId = id
    this.#bytes = bytes
    return bytes > before
  }
}
