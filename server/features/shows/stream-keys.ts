import { newToken, sha256 } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import type { Postgres } from '../../store/postgres.ts'
import { mustBeHost } from './roles.ts'
import { dropStreamKey, saveStreamKey, showOfKey, streamKeySince } from './store.ts'

type Needs = {
  pg: Postgres
  /** Told when a show's key is another one, or gone: what the old one sends ends, on every node. */
  changed(showId: string): void
}

export type StreamKeys = ReturnType<typeof createStreamKeys>

/** Keys for encoders: one a show, told once, kept as a hash. */
export function createStreamKeys({ pg, changed }: Needs) {
  const { db } = pg

  return {
    async since(who: Who, showId: string): Promise<{ createdAt: string | null }> {
      await mustBeHost(pg, showId, who)
      const since = await streamKeySince(db, showId)
      return { createdAt: since?.toISOString() ?? null }
    },

    /** The old key opens nothing any more when this answers. */
    async make(who: Who, showId: string): Promise<{ key: string; createdAt: string }> {
      await mustBeHost(pg, showId, who)
      const key = newToken()
      const createdAt = await saveStreamKey(db, showId, sha256(key))
      changed(showId)
      return { key, createdAt: createdAt.toISOString() }
    },

    async revoke(who: Who, showId: string): Promise<void> {
      await mustBeHost(pg, showId, who)
      await dropStreamKey(db, showId)
      changed(showId)
    },

    /** The show that a key opens; undefined for what is no key. */
    showOf: (key: string): Promise<string | undefined> => showOfKey(db, sha256(key)),
  }
}
