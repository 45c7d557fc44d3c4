import type { ReactionKind } from '../../../shared/wire/chat.ts'
import type { Sql } from '../../store/postgres.ts'
import { addReactions, type Count } from './store.ts'

/** Reactions since the last writing, added up: ten thousand hearts are one row. */
export class Reactions {
  readonly #sql: Sql
  #counts = new Map<string, Count>()

  constructor(sql: Sql) {
    this.#sql = sql
  }

  add(showId: string, kind: ReactionKind, count = 1): void {
    const key = `${showId} ${kind}`
    const known = this.#counts.get(key)
    if (known) known.count += count
    else this.#counts.set(key, { showId, kind, count })
  }

  /** Writes and starts anew. When that fails the counts stay: a heart twice is better than none. */
  async flush(): Promise<void> {
    const counts = [...this.#counts.values()]
    if (counts.length === 0) return
    this.#counts = new Map()
    try {
      await addReactions(this.#sql, counts)
    } catch (error) {
      for (const { showId, kind, count } of counts) this.add(showId, kind, count)
      throw error
    }
  }
}
