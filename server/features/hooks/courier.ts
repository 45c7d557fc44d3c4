import type { Logger } from '../../base/log.ts'
import { signedHeaders } from '../../base/signature.ts'
import type { Sql } from '../../store/postgres.ts'
import type { Places } from './places.ts'
import { postOne } from './post.ts'
import {
  claim,
  claimStock,
  type Due,
  endEndpoint,
  giveUp,
  markDelivered,
  markFailed,
  putBack,
  readDueEndpoints,
  tellStock,
} from './store.ts'

/** Endpoints that a node sends to at a time, and deliveries at a time to each: a slow one takes nobody's turn. */
const endpointsMax = 64
const atOnce = 4
/** So long a house that closes waits for answers; then they are called back and are due again at once. */
const patienceMs = 3_000
/** A variant is told of so often and not oftener. */
const stockMs = 5_000
const stockEndpointsMax = 50
/** Of one look; the rest has the next. */
const variantsMax = 500

type Needs = {
  sql: Sql
  places: Places
  secretOf(id: string, version: number): Buffer
  now(): Date
  logger: Logger
}

/** Carries what is due to where it goes. */
export function createCourier({ sql, places, secretOf, now, logger }: Needs) {
  const busy = new Map<string, Promise<void>>()
  const leaving = new AbortController()

  /** As long as it is taken. What is left has its turn a second later. */
  async function serve(endpointId: string): Promise<void> {
    for (;;) {
      const due = await claim(sql, endpointId, atOnce)
      const taken = await Promise.all(due.map((one) => deliver(endpointId, one)))
      if (due.length < atOnce || taken.includes(false) || leaving.signal.aborted) return
    }
  }

  /** Whether it was taken. */
  async function deliver(endpointId: string, due: Due): Promise<boolean> {
    const { id, url, body, last } = due
    const letter = { url, headers: headersOf(endpointId, due), body }
    const outcome = await postOne(letter, places, leaving.signal).catch(() => undefined)
    if (outcome === undefined) {
      await putBack(sql, id)
      return false
    }
    const { status } = outcome
    if (status !== null && status >= 200 && status < 300) {
      await markDelivered(sql, id, outcome)
      return true
    }
    await markFailed(sql, id, outcome)
    // Never its address: there may be a key in it.
    logger.info({ webhookId: id, endpointId, status }, 'a webhook was not taken')
    if (status === 410) await endEndpoint(sql, endpointId)
    else if (last) await giveUp(sql, id)
    return false
  }

  function headersOf(endpointId: string, { id, body, secretVersion, isRenewed }: Due) {
    const versions = isRenewed ? [secretVersion, secretVersion - 1] : [secretVersion]
    const secrets = versions.map((version) => secretOf(endpointId, version))
    return {
      'content-type': 'application/json',
      'user-agent': 'Vitrine',
      ...signedHeaders(secrets, id, body, now()),
    }
  }

  return {
    /** Begins to send what is due; several nodes may do so at once. */
    async sendDue(): Promise<void> {
      if (leaving.signal.aborted) return
      const limit = endpointsMax - busy.size
      if (limit === 0) return
      for (const id of await readDueEndpoints(sql, { busy: [...busy.keys()], limit })) {
        const served = serve(id)
          .catch((err: unknown) => logger.warn({ err }, 'webhooks could not be sent just now'))
          .finally(() => busy.delete(id))
        busy.set(id, served)
      }
    },

    /** Writes down whose stock is not what they were told. */
    async tellStock(): Promise<void> {
      const due = await claimStock(sql, { everyMs: stockMs, limit: stockEndpointsMax })
      for (const endpointId of due) await tellStock(sql, endpointId, variantsMax)
    },

    async close(): Promise<void> {
      const timer = setTimeout(() => leaving.abort(), patienceMs)
      await Promise.all(busy.values())
      clearTimeout(timer)
      leaving.abort()
    },
  }
}
