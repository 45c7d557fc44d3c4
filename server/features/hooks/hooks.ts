import { createHmac } from 'node:crypto'
import { pageDefault, webhooksMax } from '../../../shared/limits.ts'
import type { Delivery, NewsType, Webhook } from '../../../shared/wire/hooks.ts'
import { newId } from '../../base/ids.ts'
import type { Logger } from '../../base/log.ts'
import { notFound } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { idBefore, isTimed, type PageQuery, pageById, placeBefore } from '../../store/page.ts'
import type { Postgres } from '../../store/postgres.ts'
import { createCourier } from './courier.ts'
import { mustBePlace, type Places } from './places.ts'
import { tellDueStock } from './stock.ts'
import { ownsEndpoint, readDeliveries, readEndpoints } from './store.ts'

type Needs = {
  pg: Pick<Postgres, 'rest' | 'jobs'>
  log: Log
  places: Places
  /** The house's own: the secrets of endpoints are made from it. */
  secret: string
  now(): Date
  logger: Logger
}
type Wanted = { url?: string; types?: NewsType[]; on?: boolean }

export type Hooks = ReturnType<typeof createHooks>

/** News of a shop for other programs of its merchant: rows written with what they tell of, sent until they were taken. */
export function createHooks({ pg, log, places, secret, now, logger }: Needs) {
  const sql = pg.rest
  const secretOf = (id: string, version: number) =>
    createHmac('sha256', secret).update(`webhook:${id}:${version}`).digest()
  const told = (id: string, version: number) => `whsec_${secretOf(id, version).toString('base64')}`

  return {
    async list(who: Who, { cursor, limit = pageDefault }: PageQuery) {
      const slice = { before: idBefore(cursor), limit: limit + 1 }
      return pageById(await readEndpoints(sql, who.accountId, slice), limit, ({ id }) => id)
    },

    /** Its secret is told once. */
    async add(
      who: Who,
      { url, types }: { url: string; types: NewsType[] },
    ): Promise<{ webhook: Webhook; secret: string }> {
      mustBePlace(url, places)
      const args = { id: newId(), merchant: who.accountId, url, types, max: webhooksMax }
      const webhook = await log.call<Webhook>(sql, 'add_hook_v1', args)
      return { webhook, secret: told(webhook.id, 1) }
    },

    /** Off: after the answer nothing more is sent, and what waited is dropped. */
    async change(who: Who, id: string, wanted: Wanted): Promise<Webhook> {
      if (wanted.url !== undefined) mustBePlace(wanted.url, places)
      return log.call<Webhook>(sql, 'change_hook_v1', { ...wanted, id, merchant: who.accountId })
    },

    remove: (who: Who, id: string): Promise<void> =>
      log.call<void>(sql, 'remove_hook_v1', { id, merchant: who.accountId }),

    async renewSecret(who: Who, id: string): Promise<{ secret: string }> {
      const args = { id, merchant: who.accountId }
      return { secret: told(id, await log.call<number>(sql, 'renew_hook_secret_v1', args)) }
    },

    test: (who: Who, id: string): Promise<Delivery> =>
      log.call(sql, 'test_hook_v1', { id, merchant: who.accountId, deliveryId: newId() }),

    async deliveries(who: Who, id: string, { cursor, limit = pageDefault }: PageQuery) {
      if (!(await ownsEndpoint(sql, who.accountId, id))) throw notFound('webhook')
      const before = placeBefore(cursor, isTimed)
      const found = await readDeliveries(sql, id, { before, limit: limit + 1 })
      const { items, nextCursor } = pageById(found, limit, ({ place }) => place)
      return { items: items.map(({ view }) => view), nextCursor }
    },

    sendAgain: (who: Who, id: string, deliveryId: string): Promise<Delivery> =>
      log.call(sql, 'send_again_v1', { id, merchant: who.accountId, deliveryId }),

    tellStock: () => tellDueStock(pg.jobs, logger),

    ...createCourier({ sql: pg.jobs, places, secretOf, now, logger }),
  }
}
