import Type, { type Static } from 'typebox'
import { keyNameMax } from '../limits.ts'
import { Id, IdParam, Instant, Line, Nullable, Page, PageQuery, Shape } from './base.ts'
import { routes } from './contract.ts'

/** For a program of a merchant: it opens the routes that name it, in their shop alone. */
export const ApiKey = Shape({
  id: Id,
  name: Type.String(),
  lastFour: Type.String(),
  /** May change things; else it may only read. */
  writes: Type.Boolean(),
  createdAt: Instant,
  /** To the minute. */
  usedAt: Nullable(Instant),
})
export type ApiKey = Static<typeof ApiKey>

const Secret = Type.String({ pattern: '^vk_[A-Za-z0-9_-]{43}$' })

export const keyRoutes = routes({
  apiKeys: {
    method: 'GET',
    path: '/merchant/keys',
    summary: 'API keys of my shop, newest first',
    may: 'account',
    query: Shape(PageQuery),
    reply: Page(ApiKey),
    status: 200,
  },
  makeApiKey: {
    method: 'POST',
    path: '/merchant/keys',
    summary: 'A new API key, sent as `Authorization: Bearer vk_…`; it is told here alone',
    may: 'account',
    body: Shape({ name: Line(keyNameMax), writes: Type.Boolean() }),
    reply: Shape({ apiKey: ApiKey, secret: Secret }),
    status: 201,
  },
  revokeApiKey: {
    method: 'DELETE',
    path: '/merchant/keys/:id',
    summary: 'It opens nothing any more when this answers',
    may: 'owner',
    params: IdParam,
    status: 204,
  },
})
