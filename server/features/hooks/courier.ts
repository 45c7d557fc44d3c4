import type { Logger } from '../../base/log.ts'
import { signedHeaders } from '../../base/signature.ts'
import type { Sql } from '../../store/postgres.ts'
import type { Places } from './places.ts'
import { postOne } from './post.ts'
import {
  claim,
  type Due,
  endEndpoint,
  giveUp,
  markDelivered,
  markFailed,
  putBack,
  readDueEndpoints,
} from './store.ts'

/** Endpoints that a node sends to at a time, and deliveries at a time to each. */
const endpointsMax = 64
const atOnce = 4
/** So long is a turn, also of one that takes whatever it is sent. */
const turnMs = 2_000
/** Of those that needed longer than a turn for its deliveries so many have one at a time: slow ones wait for each other. */
const slowMax = 16
/** So long a house that closes waits for answers; then they are called back and are due again at once. */
const patienceMs = 3_000

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
  const slow = new Set<string>()
  const leaving = new AbortController()
  const headersOf = signer(secretOf, now)

  /** As long as it is taken, and the turn lasts. What is left has its turn a second later. */
  async function serve(endpointId: string): Promise<void> {
    const turnEnds = performance.now() + turnMs
    for (;;) {
      const from = performance.now()
      const due = await claim(sql, endpointId, atOnce)
      const taken = await Promise.all(due.map((one) => deliver(endpointId, one)))
      const to = performance.now()
      if (to - from > turnMs) slow.add(endpointId)
      else slow.delete(endpointId)
      if (due.length < atOnce || taken.includes(false) || leaving.signal.aborted) return
      if (to > turnEnds) return
    }
  }

  /** Who begins now. */
  async function readTurns(): Promise<string[]> {
    const going = [...busy.keys()]
    const free = endpointsMax - going.length
    const slowFree = slowMax - going.filter((id) => slow.has(id)).length
    const quick = await readDueEndpoints(sql, { without: [...going, ...slow], limit: free })
    const late = await readDueEndpoints(sql, {
      without: going,
      among: [...slow],
      limit: Math.min(slowFree, free - quick.length),
    })
    return [...quick, ...late]
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

  return {
    /** Begins to send what is due; several nodes may do so at once. */
    async sendDue(): Promise<void> {
      if (leaving.signal.aborted) return
      for (const id of await readTurns()) {
        const served = serve(id)
          .catch((err: unknown) => logger.warn({ err }, 'webhooks could not be sent just now'))
          .finally(() => busy.delete(id))
        busy.set(id, served)
      }
    },

    async close(): Promise<void> {
      const timer = setTimeout(() => leaving.abort(), patienceMs)
      await Promise.all(busy.values())
      clearTimeout(timer)
      leaving.abort()
    },
  }
}

function signer(secretOf: Needs['secretOf'], now: Needs['now']) {
  return (endpointId: string, { id, body, secretVersion, isRenewed }: Due) => {
    const versions = isRenewed ? [secretVersion, secretVersion - 1] : [secretVersion]
    const secrets = versions.map((version) => secretOf(endpointId, version))
    return {
      'content-type': 'application/json',
      'user-agent': 'Vitrine',
      ...signedHeaders(secrets, id, body, now()),
    }
  }
}
