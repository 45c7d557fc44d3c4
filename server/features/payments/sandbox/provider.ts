import Type from 'typebox'
import { checker } from '../../../base/check.ts'
import { type Charge, type Provider, ProviderError, type ProviderEvent } from '../provider.ts'
import { notVerified, verifySigned } from '../signature.ts'

/** Refusals that speak of the moment and not of what was asked: too late, too early, too many. */
const passing = new Set([408, 425, 429])
/** A provider that has not answered by then is unknown. Placing an order waits for it once. */
const answerMs = 3_000

// Another company may add fields whenever it likes: these schemas are open.
const PaymentJson = Type.Object({
  id: Type.String(),
  reference: Type.String(),
  status: Type.Union(
    ['pending', 'requires_action', 'processing', 'succeeded', 'failed'].map((s) => Type.Literal(s)),
  ),
  version: Type.Integer(),
  captured: Type.Integer({ minimum: 0 }),
  currency: Type.String(),
})
type PaymentJson = {
  id: string
  reference: string
  status: 'pending' | 'requires_action' | 'processing' | 'succeeded' | 'failed'
  version: number
  captured: number
  currency: string
}
const EventJson = Type.Object({
  type: Type.String({ maxLength: 100 }),
  data: Type.Object({
    payment: Type.Optional(PaymentJson),
    refund: Type.Optional(
      Type.Object({ reference: Type.String(), status: Type.Literal('succeeded') }),
    ),
  }),
})
type EventJson = {
  type: string
  data: { payment?: PaymentJson; refund?: { reference: string; status: 'succeeded' } }
}

const readPayment = checker<PaymentJson>(PaymentJson)
const readOpened = checker<PaymentJson & { payUrl: string }>(
  Type.Object({ ...PaymentJson.properties, payUrl: Type.String() }),
)
const readRefunded = checker<{ status: 'succeeded' }>(
  Type.Object({ status: Type.Literal('succeeded') }),
)
const readEvent = checker<EventJson>(EventJson)

type Needs = {
  /** The address of the bank's door: it is in this process, and asked by HTTP all the same. */
  bankUrl(): string
  apiKey: string
  webhookSecret: Buffer
  now(): Date
}

/** The shop's side of the sandbox: what a client library of another company would be. */
export function createSandboxProvider({ bankUrl, apiKey, webhookSecret, now }: Needs): Provider {
  async function ask<T>(read: (answer: unknown) => T, path: string, body?: object): Promise<T> {
    const { status, json } = await send(path, body)
    if (status >= 500 || passing.has(status)) throw unknown(`the sandbox answered ${status}`)
    if (status >= 400) {
      throw new ProviderError('refused', `the sandbox refused with ${status}`, { status })
    }
    try {
      return read(json)
    } catch (error) {
      throw unknown('the sandbox answered what nobody can read', error)
    }
  }

  async function send(path: string, body?: object): Promise<{ status: number; json: unknown }> {
    try {
      const answer = await fetch(`${bankUrl()}/api/v1/sandbox${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { 'sandbox-key': apiKey, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(answerMs),
      })
      return { status: answer.status, json: await answer.json() }
    } catch (error) {
      throw unknown('the sandbox did not answer', error)
    }
  }

  return {
    name: 'sandbox',

    async create({ paymentId, amount, currency, returnUrl }) {
      const body = { reference: paymentId, amount, currency, returnUrl }
      const { id, payUrl } = await ask(readOpened, '/payments', body)
      return { ref: id, payUrl }
    },

    async read(ref) {
      return chargeOf(await ask(readPayment, `/payments/${encodeURIComponent(ref)}`))
    },

    async refund({ refundId, ref, amount }) {
      const path = `/payments/${encodeURIComponent(ref)}/refunds`
      return (await ask(readRefunded, path, { reference: refundId, amount })).status
    },

    async readRefund({ refundId }) {
      try {
        return (await ask(readRefunded, `/refunds/${refundId}`)).status
      } catch (error) {
        if (error instanceof ProviderError && isNotFound(error.cause)) return null
        throw error
      }
    },

    verify(headers, rawBody) {
      const id = verifySigned(webhookSecret, headers, rawBody, now())
      const { type, data } = parse(rawBody)
      return { id, type, about: about(data) }
    },
  }
}

function parse(rawBody: Buffer): EventJson {
  try {
    return readEvent(JSON.parse(rawBody.toString('utf8')))
  } catch {
    throw notVerified()
  }
}

function about({ payment, refund }: EventJson['data']): ProviderEvent['about'] {
  if (payment) return { charge: chargeOf(payment) }
  if (refund) return { refund: { refundId: refund.reference, status: refund.status } }
  return null
}

function chargeOf({ id, reference, status, version, captured, currency }: PaymentJson): Charge {
  const known = status === 'processing' ? 'pending' : status
  return { ref: id, paymentId: reference, status: known, captured, currency, version }
}

function unknown(message: string, cause?: unknown): ProviderError {
  return new ProviderError('unknown', message, cause)
}

function isNotFound(cause: unknown): boolean {
  return (cause as { status?: unknown } | undefined)?.status === 404
}
