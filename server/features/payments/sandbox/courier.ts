import { failpoint } from '../../../base/failpoint.ts'
import type { Logger } from '../../../base/log.ts'
import { signedHeaders } from '../../../base/signature.ts'
import type { Postgres } from '../../../store/postgres.ts'

/** Events of one go. */
const batchMax = 20
/** A shop that has not answered by then is tried again. Shorter than the lease of a claimed event. */
const answerMs = 5_000
/** With waits that double from 2 s to 6 h, about three days of trying. */
const attemptsMax = 24

type Event = { id: string; body: object; attempts: number }

type Needs = {
  pg: Pick<Postgres, 'jobs'>
  webhookUrl(): string
  webhookSecret: Buffer
  now(): Date
  logger: Logger
}

export type Courier = ReturnType<typeof createCourier>

/**
 * Brings the bank's events to the shop, each at least once, in no order that anybody may rely on. An
 * event is due until the shop has answered 2xx.
 */
export function createCourier({ pg, webhookUrl, webhookSecret, now, logger }: Needs) {
  let running: Promise<void> | undefined
  let again = false

  async function deliver(): Promise<void> {
    const due = await claim()
    await Promise.all(due.map(bring))
  }

  /** Due again after a wait, before anything is sent: a node that dies while it delivers loses none. */
  async function claim(): Promise<Event[]> {
    return pg.jobs<Event[]>`
      update sandbox_events e set attempts = e.attempts + 1,
        due_at = case when e.attempts < ${attemptsMax}
          then clock_timestamp() + least(interval '6 hours', interval '2 seconds' * 2 ^ e.attempts) + interval '4 seconds' end
      where e.id in (
        select id from sandbox_events where due_at <= now() order by due_at
        limit ${batchMax} for update skip locked)
      returning e.id, e.body, e.attempts`
  }

  async function bring({ id, body, attempts }: Event): Promise<void> {
    failpoint('bank-event', 'claimed')
    const text = JSON.stringify(body)
    try {
      const answer = await fetch(webhookUrl(), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...signedHeaders([webhookSecret], id, text, now()),
        },
        body: text,
        redirect: 'error',
        signal: AbortSignal.timeout(answerMs),
      })
      await answer.body?.cancel()
      if (!answer.ok) throw new Error(`the shop answered ${answer.status}`)
      failpoint('bank-event', 'taken')
      await pg.jobs`update sandbox_events set delivered = true, due_at = null where id = ${id}`
    } catch (err) {
      logger.warn(
        { err, eventId: id, attempts },
        'sandbox event not delivered, will be tried again',
      )
    }
  }

  return {
    deliver,

    /** Something is due now: delivers it without waiting for the sweep. Who calls is not kept waiting. */
    wake(): void {
      again = true
      running ??= run().finally(() => {
        running = undefined
      })
    },
  }

  async function run(): Promise<void> {
    try {
      while (again) {
        again = false
        await deliver()
      }
    } catch (err) {
      // The rows are due still: the sweep takes them.
      logger.warn({ err }, 'sandbox events wait for the sweep')
    }
  }
}
