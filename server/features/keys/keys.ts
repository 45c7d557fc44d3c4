import { apiKeysMax, pageDefault } from '../../../shared/limits.ts'
import type { ApiKey } from '../../../shared/wire/keys.ts'
import { newId, newToken, sha256 } from '../../base/ids.ts'
import { notFound } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { idBefore, type PageQuery, pageById } from '../../store/page.ts'
import type { Postgres } from '../../store/postgres.ts'
import { dropKey, type KeyHolder, readKeys, useKey } from './store.ts'

type Needs = { pg: Pick<Postgres, 'rest'>; log: Log }

export type Keys = ReturnType<typeof createKeys>

/** What programs of a merchant come with. A key is no login: it opens what the wire says that keys open, and no more. */
export function createKeys({ pg: { rest: sql }, log }: Needs) {
  return {
    async list(who: Who, { cursor, limit = pageDefault }: PageQuery) {
      const slice = { before: idBefore(cursor), limit: limit + 1 }
      return pageById(await readKeys(sql, who.accountId, slice), limit, ({ id }) => id)
    },

    /** Told once, kept as a hash. */
    async make(
      who: Who,
      { name, writes }: { name: string; writes: boolean },
    ): Promise<{ apiKey: ApiKey; secret: string }> {
      const secret = `vk_${newToken()}`
      const apiKey = await log.call<ApiKey>(sql, 'make_api_key_v1', {
        id: newId(),
        merchant: who.accountId,
        name: name.trim(),
        hash: sha256(secret).toString('hex'),
        lastFour: secret.slice(-4),
        writes,
        max: apiKeysMax,
      })
      return { apiKey, secret }
    },

    async revoke(who: Who, id: string): Promise<void> {
      if (!(await dropKey(sql, who.accountId, id))) throw notFound('API key')
    },

    /** Whose it is; null: it opens nothing. */
    async find(key: string): Promise<KeyHolder | null> {
      return (await useKey(sql, sha256(key))) ?? null
    },
  }
}
