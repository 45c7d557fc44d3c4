import { failpoint } from '../../../base/failpoint.ts'
import { newToken } from '../../../base/ids.ts'
import type { Logger } from '../../../base/log.ts'
import { notFound } from '../../../base/refusal.ts'
import { asRefusal, type Postgres, type Sql } from '../../../store/postgres.ts'
import { outcomeOf } from './cards.ts'
import { type Courier, createCourier } from './courier.ts'

/** WIRE: the slow card succeeds after 20 s. */
const slowMs = 20_000

/** A payment as the bank tells it. */
export type SandboxPayment = {
  id: string
  reference: string
  status: 'pending' | 'requires_action' | 'processing' | 'succeeded' | 'failed'
  version: number
  amount: number
  currency: string
  captured: number
  refunded: number
}

export type PayAnswer = {
  status: 'succeeded' | 'failed' | 'requires_action' | 'pending'
  redirectUrl?: string
  message?: string
}

type Needs = {
  pg: Pick<Postgres, 'rest' | 'jobs'>
  publicUrl: string
  /** Where the shop takes the bank's events. */
  webhookUrl(): string
  webhookSecret: Buffer
  now(): Date
  logger: Logger
}

export type Bank = ReturnType<typeof createBank>

/**
 * The sandbox bank: another company under our roof. Its tables are its own, the shop speaks to it by
 * HTTP alone and learns what happened from its signed events or by asking.
 */
export function createBank(needs: Needs) {
  const { pg, publicUrl } = needs
  const sql = pg.rest
  const courier: Courier = createCourier(needs)
  const base = `${publicUrl}/api/v1/sandbox/payments`
  const bankUrl = (id: string) => `${base}/${id}/bank`

  async function move(
    id: string,
    to: SandboxPayment['status'],
    from: string[],
    settlesInMs?: number,
  ) {
    const args = { id, to, from, ...(settlesInMs !== undefined && { settlesInMs }) }
    const moved = await call<SandboxPayment | null>(sql, 'sandbox_move_v1', args)
    if (moved?.status === 'succeeded') failpoint('charge', 'taken')
    if (moved) courier.wake()
    return moved
  }

  async function find(id: string): Promise<SandboxPayment & { returnUrl: string }> {
    const [row] = await sql<{ payment: SandboxPayment; returnUrl: string }[]>`
      select sandbox_json_v1(p) as payment, p.return_url as "returnUrl"
      from sandbox_payments p where p.id = ${id}`
    if (!row) throw notFound('payment')
    return { ...row.payment, returnUrl: row.returnUrl }
  }

  return {
    payUrl: (id: string) => `${base}/${id}/pay`,
    bankUrl,
    find,

    /** The same reference answers the same payment. */
    open(payment: { reference: string; amount: number; currency: string; returnUrl: string }) {
      const args = { ...payment, id: `sbx_${newToken()}` }
      return call<SandboxPayment>(sql, 'sandbox_open_v1', args)
    },

    /** A card is tried. A payment that has succeeded says so again; it never takes money twice. */
    async pay(id: string, card: string): Promise<PayAnswer> {
      const { to, message } = outcomeOf(card)
      const from = ['pending', 'failed', 'requires_action']
      const moved = await move(id, to, from, to === 'processing' ? slowMs : undefined)
      if (!moved) return told(await find(id))
      return { ...told(moved), ...(message !== undefined && { message }) }

      function told({ status }: SandboxPayment): PayAnswer {
        if (status === 'processing') return { status: 'pending' }
        if (status === 'requires_action') return { status, redirectUrl: bankUrl(id) }
        return { status }
      }
    },

    /** What the card's owner answered on the bank's page. Without a question open it changes nothing. */
    async answer(id: string, choice: 'approve' | 'decline'): Promise<{ returnUrl: string }> {
      const { returnUrl } = await find(id)
      await move(id, choice === 'approve' ? 'succeeded' : 'failed', ['requires_action'])
      return { returnUrl }
    },

    refund(refund: { paymentId: string; reference: string; amount: number }) {
      const args = { ...refund, id: `sbr_${newToken()}` }
      const done = call<{ id: string; status: 'succeeded' }>(sql, 'sandbox_refund_v1', args)
      return done.finally(courier.wake)
    },

    async findRefund(reference: string): Promise<{ id: string; status: 'succeeded' }> {
      const [row] = await sql<{ id: string }[]>`
        select id from sandbox_refunds where reference = ${reference}`
      if (!row) throw notFound('refund')
      return { id: row.id, status: 'succeeded' }
    },

    /** Slow cards whose time has come. */
    async settleSlow(): Promise<void> {
      const [row] = await pg.jobs<{ settled: number }[]>`select sandbox_settle_v1() as settled`
      if (row && row.settled > 0) courier.wake()
    },

    deliverEvents: courier.deliver,
  }
}

async function call<T>(sql: Sql, name: string, args: object): Promise<T> {
  try {
    const [row] = await sql.unsafe(`select ${name}($1::jsonb) as value`, [
      sql.json(args as never) as never,
    ])
    return row?.['value'] as T
  } catch (error) {
    throw asRefusal(error)
  }
}
