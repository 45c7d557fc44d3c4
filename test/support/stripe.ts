import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export const stripeKeys = { secretKey: 'sk_test_standin', webhookSecret: 'whsec_standin' }

type Session = {
  id: string
  object: 'checkout.session'
  metadata: Record<string, string>
  status: 'open' | 'complete' | 'expired'
  payment_status: 'unpaid' | 'paid'
  amount_total: number
  currency: string
  payment_intent: string | null
  url: string | null
  /** Of the request, and not told. */
  success_url: string
  title: string
}
type Refund = {
  id: string
  object: 'refund'
  payment_intent: string
  amount: number
  currency: string
  status: 'pending' | 'succeeded' | 'failed'
  metadata: Record<string, string>
}
type Answer = { status: number; json?: object; html?: string; to?: string; isRepeat?: true }

/** What Stripe takes for a Checkout Session of ours; anything else it refuses as unknown. */
const sessionFields = [
  'mode',
  'metadata[paymentId]',
  'allowed_payment_method_types[0]',
  'adaptive_pricing[enabled]',
  'line_items[0][quantity]',
  'line_items[0][price_data][currency]',
  'line_items[0][price_data][unit_amount]',
  'line_items[0][price_data][product_data][name]',
  'payment_intent_data[description]',
  'payment_intent_data[metadata][paymentId]',
  'success_url',
  'cancel_url',
]
const refundFields = ['payment_intent', 'amount', 'metadata[refundId]']

const id = (kind: string) => `${kind}_${randomBytes(12).toString('hex')}`
const failure = (status: number, type: string, code?: string): Answer => ({
  status,
  json: { error: { type, ...(code && { code }), message: `the stand-in says ${code ?? type}` } },
})

/**
 * Stands in for Stripe, as its documentation has it (docs.stripe.com/api: sessions, refunds, idempotent requests,
 * webhook signatures): keeps its books in memory, speaks when told to, and can fail before or after it did what it
 * was asked. A page of its own takes the buyer's money.
 */
export class StripeStandIn {
  readonly sessions = new Map<string, Session>()
  readonly refunds = new Map<string, Refund>()
  /** Each call, as `POST /v1/refunds`. */
  readonly asked: string[] = []
  /**
   * What happens to calls of the API, or to `only` one as in `asked`: they are answered so before they were looked at,
   * while they did their work, which Stripe then answers to each repeat of their key, after it, or not at all.
   */
  fails: { before?: number; midway?: number; after?: number; never?: true; only?: string } = {}
  /** How it ends when money is given back. */
  refundsEnd: Refund['status'] = 'succeeded'
  /** Where events go; without it they are lost. */
  webhookUrl: string | undefined
  readonly #keys = new Map<string, { body: string; answer: Answer }>()
  readonly #server = createServer((request, response) => void this.#hear(request, response))

  async open(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Of a house that takes its money here. */
  get settings() {
    return {
      PAYMENTS: 'stripe',
      STRIPE_SECRET_KEY: stripeKeys.secretKey,
      STRIPE_WEBHOOK_SECRET: stripeKeys.webhookSecret,
      STRIPE_URL: this.url,
    }
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  /** Stripe forgets keys after 24 hours. */
  forgetKeys(): void {
    this.#keys.clear()
  }

  ofPayment(paymentId: string): Session {
    const found = [...this.sessions.values()].find((s) => s.metadata['paymentId'] === paymentId)
    if (!found) throw new Error('the stand-in has never heard of it')
    return found
  }

  /** The buyer pays on Stripe's page. */
  async pay(session: Session): Promise<void> {
    if (session.status !== 'open') throw new Error(`this session is ${session.status}`)
    Object.assign(session, { status: 'complete', payment_status: 'paid', payment_intent: id('pi') })
    await this.tell('checkout.session.completed', session)
  }

  /** An event as Stripe sends it; what the shop answers to it is its own business. */
  async tell(type: string, object: object): Promise<void> {
    if (this.webhookUrl === undefined) return
    const { body, headers } = this.event(type, object)
    await fetch(this.webhookUrl, { method: 'POST', headers, body })
  }

  /** https://docs.stripe.com/webhooks#verify-manually */
  event(type: string, object: object, at = new Date(), secret = stripeKeys.webhookSecret) {
    const seconds = Math.floor(at.getTime() / 1_000)
    const event = { id: id('evt'), object: 'event', type, created: seconds, data: { object } }
    const body = JSON.stringify(event)
    const v1 = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'stripe-signature': `t=${seconds},v1=${v1}`,
    }
    return { body, headers }
  }

  async #hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const url = new URL(request.url ?? '/', this.url)
    const { status, json, html, to, isRepeat } = await this.#answer(request, url, body)
    if (status === 0) return
    response.writeHead(status, {
      'content-type': html === undefined ? 'application/json' : 'text/html; charset=utf-8',
      ...(to && { location: to }),
      ...(isRepeat && { 'idempotent-replayed': 'true' }),
    })
    response.end(html ?? JSON.stringify(json))
  }

  async #answer(request: IncomingMessage, url: URL, body: string): Promise<Answer> {
    const { method = '' } = request
    if (url.pathname.startsWith('/pay/')) return this.#page(method, url.pathname.slice(5))
    const call = `${method} ${url.pathname}`
    this.asked.push(call)
    if (request.headers.authorization !== `Bearer ${stripeKeys.secretKey}`) {
      return failure(401, 'invalid_request_error')
    }
    const fails = (this.fails.only ?? call) === call ? this.fails : {}
    if (fails.never) return { status: 0 }
    if (fails.before) return failure(fails.before, 'api_error')
    const key = request.headers['idempotency-key']
    const answer =
      typeof key === 'string'
        ? this.#once(key, url, body, fails.midway)
        : this.#do(method, url, body)
    return fails.after ? failure(fails.after, 'api_error') : answer
  }

  /** https://docs.stripe.com/api/idempotent_requests */
  #once(key: string, url: URL, body: string, midway: number | undefined): Answer {
    const known = this.#keys.get(key)
    if (known?.body === body) return { ...known.answer, isRepeat: true }
    if (known) return failure(400, 'idempotency_error')
    const answer = midway ? failure(midway, 'api_error') : this.#do('POST', url, body)
    this.#keys.set(key, { body, answer })
    return answer
  }

  #do(method: string, { pathname, searchParams }: URL, body: string): Answer {
    const form = new URLSearchParams(body)
    const [, , what = '', which, ref, act] = pathname.split('/')
    if (what === 'refunds') {
      return method === 'POST' ? this.#refund(form) : this.#list(searchParams.get('payment_intent'))
    }
    if (what !== 'checkout' || which !== 'sessions') return failure(404, 'invalid_request_error')
    if (ref === undefined) return this.#create(form)
    const session = this.sessions.get(ref)
    if (!session) return failure(404, 'invalid_request_error', 'resource_missing')
    if (act === 'expire') {
      if (session.status !== 'open') return failure(400, 'invalid_request_error')
      session.status = 'expired'
    }
    return { status: 200, json: session }
  }

  #create(form: URLSearchParams): Answer {
    const price = (name: string) => form.get(`line_items[0][price_data][${name}]`) ?? ''
    const amount = Number(price('unit_amount'))
    if ([...form.keys()].some((field) => !sessionFields.includes(field))) {
      return failure(400, 'invalid_request_error', 'parameter_unknown')
    }
    if (amount < 50) return failure(400, 'invalid_request_error', 'amount_too_small')
    const session: Session = {
      id: id('cs_test'),
      object: 'checkout.session',
      metadata: { paymentId: form.get('metadata[paymentId]') ?? '' },
      status: 'open',
      payment_status: 'unpaid',
      amount_total: amount,
      currency: price('currency'),
      payment_intent: null,
      url: null,
      success_url: form.get('success_url') ?? '',
      title: price('product_data][name'),
    }
    session.url = `${this.url}/pay/${session.id}`
    this.sessions.set(session.id, session)
    return { status: 200, json: session }
  }

  #refund(form: URLSearchParams): Answer {
    const payment_intent = form.get('payment_intent') ?? ''
    const paid = [...this.sessions.values()].find((s) => s.payment_intent === payment_intent)
    if (!paid || [...form.keys()].some((field) => !refundFields.includes(field))) {
      return failure(400, 'invalid_request_error')
    }
    const amount = Number(form.get('amount'))
    const given = this.#refundsOf(payment_intent).reduce((sum, r) => sum + r.amount, 0)
    if (given + amount > paid.amount_total) return failure(400, 'invalid_request_error')
    const refund: Refund = {
      id: id('re'),
      object: 'refund',
      payment_intent,
      amount,
      currency: paid.currency,
      status: this.refundsEnd,
      metadata: { refundId: form.get('metadata[refundId]') ?? '' },
    }
    this.refunds.set(refund.id, refund)
    return { status: 200, json: refund }
  }

  #refundsOf(intent: string | null): Refund[] {
    return [...this.refunds.values()].filter((refund) => refund.payment_intent === intent)
  }

  #list(intent: string | null): Answer {
    const data = this.#refundsOf(intent)
    return { status: 200, json: { object: 'list', url: '/v1/refunds', has_more: false, data } }
  }

  async #page(method: string, ref: string): Promise<Answer> {
    const session = this.sessions.get(ref)
    if (session?.status !== 'open')
      return { status: 200, html: '<link rel="icon" href="data:,"><p>This page has expired.</p>' }
    if (method === 'POST') {
      await this.pay(session)
      return { status: 303, html: '', to: session.success_url }
    }
    const { title, amount_total, currency } = session
    const html = `<title>Pay</title><link rel="icon" href="data:,"><h1>${title}</h1><p>${amount_total} ${currency}</p><form method="post"><button>Pay</button></form>`
    return { status: 200, html }
  }
}
