import Type, { type Static, type TSchema } from 'typebox'
import { webhooksMax, webhookUrlMax } from '../limits.ts'
import { Empty, Id, IdParam, Instant, Nullable, Page, PageQuery, Shape } from './base.ts'
import { Variant } from './catalog.ts'
import { routes } from './contract.ts'
import { MerchantOrder } from './orders.ts'
import { Return } from './returns.ts'
import { ShowStatus } from './shows.ts'

const NewsType = Type.Union([
  Type.Literal('order.paid'),
  Type.Literal('order.shipped'),
  /** All or a part of it; by a return too. */
  Type.Literal('order.refunded'),
  /** Given up by its buyer before it was paid. */
  Type.Literal('order.canceled'),
  Type.Literal('return.opened'),
  /** Paid back, refused, withdrawn or not sent in time; after a refusal its buyer may ask the house. */
  Type.Literal('return.closed'),
  Type.Literal('stock.changed'),
  Type.Literal('show.started'),
  Type.Literal('show.ended'),
])
export type NewsType = Static<typeof NewsType>

const ShowFacts = Shape({
  id: Id,
  title: Type.String(),
  status: ShowStatus,
  startsAt: Nullable(Instant),
  startedAt: Nullable(Instant),
  endedAt: Nullable(Instant),
})

/** What each kind of news carries as `data`, as it was when it happened. */
const facts: Record<NewsType, TSchema> = {
  'order.paid': MerchantOrder,
  'order.shipped': MerchantOrder,
  'order.refunded': MerchantOrder,
  'order.canceled': MerchantOrder,
  'return.opened': Return,
  'return.closed': Return,
  'stock.changed': Shape({ productId: Id, ...Variant.properties }),
  'show.started': ShowFacts,
  'show.ended': ShowFacts,
}

export const newsTypes = Object.keys(facts) as NewsType[]

/** The body of a webhook. */
const News = (type: string, data: TSchema) =>
  Shape({ type: Type.Literal(type), timestamp: Instant, data })

/** Every webhook that there is, by its type: what OpenAPI says of them, and what tests hold bodies against. */
export const webhooks: Record<string, TSchema> = {
  ...Object.fromEntries(Object.entries(facts).map(([type, data]) => [type, News(type, data)])),
  test: News('test', Empty),
}

const Types = Type.Array(NewsType, {
  minItems: 1,
  maxItems: newsTypes.length,
  uniqueItems: true,
})
const Url = Type.String({ maxLength: webhookUrlMax, pattern: '^https?://[\\x21-\\x7E]+$' })

export const Webhook = Shape({
  id: Id,
  url: Type.String(),
  types: Types,
  createdAt: Instant,
  /** Nothing is sent. `gone`: it answered 410. `failing`: it took nothing for three days. */
  off: Nullable(Type.Union([Type.Literal('owner'), Type.Literal('gone'), Type.Literal('failing')])),
})
export type Webhook = Static<typeof Webhook>

export const Delivery = Shape({
  /** `webhook-id`: the same each time that it is tried. */
  id: Id,
  type: Type.String(),
  state: Type.Union([Type.Literal('waiting'), Type.Literal('delivered'), Type.Literal('failed')]),
  /** Sent as it stands here. */
  body: Type.String(),
  createdAt: Instant,
  triedAt: Nullable(Instant),
  attempts: Type.Integer(),
  /** Of the last answer; null: there was none. */
  status: Nullable(Type.Integer()),
  /** How that began, or why there was none. */
  answer: Nullable(Type.String()),
  /** When it is tried again. */
  nextAt: Nullable(Instant),
})
export type Delivery = Static<typeof Delivery>

const Secret = Type.String({ pattern: '^whsec_[A-Za-z0-9+/]{43}=$' })
const DeliveryParams = Shape({ id: Id, deliveryId: Id })

export const hookRoutes = routes({
  webhooks: {
    method: 'GET',
    path: '/merchant/webhooks',
    summary: 'Where my shop sends its news, newest first',
    may: 'account',
    query: Shape(PageQuery),
    reply: Page(Webhook),
    status: 200,
  },
  addWebhook: {
    method: 'POST',
    path: '/merchant/webhooks',
    summary: `Send news of my shop to an address; ${webhooksMax} at most. Its secret is told here alone`,
    may: 'account',
    body: Shape({ url: Url, types: Types }),
    reply: Shape({ webhook: Webhook, secret: Secret }),
    status: 201,
  },
  changeWebhook: {
    method: 'PATCH',
    path: '/merchant/webhooks/:id',
    summary: 'Another address, other news, on or off; switching off drops what waits to be sent',
    may: 'owner',
    params: IdParam,
    body: Shape({
      url: Type.Optional(Url),
      types: Type.Optional(Types),
      on: Type.Optional(Type.Boolean()),
    }),
    reply: Webhook,
    status: 200,
  },
  removeWebhook: {
    method: 'DELETE',
    path: '/merchant/webhooks/:id',
    summary: 'Send nothing there any more, also what waits',
    may: 'owner',
    params: IdParam,
    status: 204,
  },
  renewWebhookSecret: {
    method: 'POST',
    path: '/merchant/webhooks/:id/secret',
    summary: 'A new secret; the one before signs beside it for a day',
    may: 'owner',
    params: IdParam,
    body: Type.Optional(Empty),
    reply: Shape({ secret: Secret }),
    status: 201,
  },
  testWebhook: {
    method: 'POST',
    path: '/merchant/webhooks/:id/test',
    summary: 'Send a webhook of type `test` there',
    may: 'owner',
    params: IdParam,
    body: Type.Optional(Empty),
    reply: Delivery,
    status: 201,
  },
  deliveries: {
    method: 'GET',
    path: '/merchant/webhooks/:id/deliveries',
    summary: 'What was sent there in the last 30 days, or waits to be, newest first',
    may: 'owner',
    params: IdParam,
    query: Shape(PageQuery),
    reply: Page(Delivery),
    status: 200,
  },
  sendAgain: {
    method: 'POST',
    path: '/merchant/webhooks/:id/deliveries/:deliveryId/again',
    summary: 'Send it once more now, with the same id',
    may: 'owner',
    params: DeliveryParams,
    body: Type.Optional(Empty),
    reply: Delivery,
    status: 200,
  },
})
