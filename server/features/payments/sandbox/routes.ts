import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { toDecimal } from '../../../../shared/domain/money.ts'
import { Currency, Id, Shape } from '../../../../shared/wire/base.ts'
import { checker } from '../../../base/check.ts'
import { notFound, Refusal } from '../../../base/refusal.ts'
import type { Bank } from './bank.ts'
import { nothingToConfirmPage, questionPage } from './page.ts'
import { isApiKey } from './secrets.ts'

const whole = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const checkPayment = checker<{
  reference: string
  amount: number
  currency: string
  returnUrl: string
}>(
  Shape({
    reference: Id,
    amount: whole,
    currency: Currency,
    returnUrl: Type.String({ pattern: '^https?://', maxLength: 500 }),
  }),
)
const checkRefund = checker<{ reference: string; amount: number }>(
  Shape({ reference: Id, amount: whole }),
)
const checkReference = checker<string>(Id)
const formBytesMax = 1_024

/**
 * The bank's own door, as another company would have it: an API for shops with a key, and the page
 * that asks a card's owner. Paying itself (`payUrl`) is in our wire, as WIRE names it.
 */
export function mountBank(app: FastifyInstance, bank: Bank, apiKey: string): void {
  void app.register(async (door) => {
    door.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: formBytesMax },
      (_request, body, done) => done(null, body),
    )
    mountApi(door, bank, apiKey)
    mountPage(door, bank)
  })
}

function mountApi(door: FastifyInstance, bank: Bank, apiKey: string): void {
  const forShops = (act: (request: FastifyRequest) => Promise<unknown>) => {
    return async (request: FastifyRequest) => {
      if (!isApiKey(apiKey, request.headers['sandbox-key'])) {
        throw new Refusal('UNAUTHENTICATED', 'The sandbox bank does not know this key.')
      }
      return act(request)
    }
  }
  door.post(
    '/api/v1/sandbox/payments',
    forShops(async ({ body }) => {
      const payment = await bank.open(checkPayment(body))
      return { ...payment, payUrl: bank.payUrl(payment.id) }
    }),
  )
  door.get(
    '/api/v1/sandbox/payments/:id',
    forShops(async (request) => {
      const { returnUrl: _, ...payment } = await bank.find(idOf(request))
      return payment
    }),
  )
  door.post(
    '/api/v1/sandbox/payments/:id/refunds',
    forShops(async (request) =>
      bank.refund({ ...checkRefund(request.body), paymentId: idOf(request) }),
    ),
  )
  door.get(
    '/api/v1/sandbox/refunds/:id',
    forShops(async (request) => bank.findRefund(checkReference(idOf(request)))),
  )
}

function mountPage(door: FastifyInstance, bank: Bank): void {
  door.get('/api/v1/sandbox/payments/:id/bank', async (request, reply) => {
    const payment = await bank.find(idOf(request))
    return html(
      reply,
      payment.status === 'requires_action'
        ? questionPage(amountText(payment))
        : nothingToConfirmPage(payment.returnUrl),
    )
  })
  door.post('/api/v1/sandbox/payments/:id/bank', async (request, reply) => {
    const choice = new URLSearchParams(String(request.body)).get('choice')
    if (choice !== 'approve' && choice !== 'decline') {
      throw new Refusal('VALIDATION', 'Approve or decline.', {
        errors: [{ pointer: '/choice', detail: 'is approve or decline' }],
      })
    }
    const { returnUrl } = await bank.answer(idOf(request), choice)
    return reply.redirect(returnUrl, 303)
  })
}

/** What is no name of ours stands for nothing. */
function idOf(request: FastifyRequest): string {
  const { id } = request.params as { id: string }
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) throw notFound('payment')
  return id
}

function html(reply: FastifyReply, page: string) {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page)
}

/** `USD 59.50`: no sign that could be mistaken, the bank serves every currency. */
function amountText(sum: { amount: number; currency: string }): string {
  return `${sum.currency} ${toDecimal(sum)}`
}
