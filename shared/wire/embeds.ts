import Type, { type Static } from 'typebox'
import { embedOriginsMax, embedTokenMsMax } from '../limits.ts'
import { Id, IdParam, Instant, Nullable, Shape } from './base.ts'
import { routes } from './contract.ts'

/** `https://shop.example`: scheme, host and port as a browser names them; plain http on loopback only. */
const Origin = Type.String({
  maxLength: 200,
  pattern:
    '^(https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?|http://(localhost|127\\.0\\.0\\.1|\\[::1\\]))(:[1-9][0-9]{0,4})?$',
})

/** Where shows may be shown: on every page of an origin, all shows or one. */
const Place = Shape({ origin: Origin, showId: Nullable(Id) })
export type EmbedPlace = Static<typeof Place>

const rules = {
  origins: Type.Array(Place, { maxItems: embedOriginsMax, uniqueItems: true }),
  /** Besides the right origin, each page needs a token that my server signed. */
  signedOnly: Type.Boolean(),
}
export const EmbedRules = Shape({ ...rules, secretSince: Nullable(Instant) })
export type EmbedRules = Static<typeof EmbedRules>

export const embedRoutes = routes({
  embedRules: {
    method: 'GET',
    path: '/merchant/embeds',
    summary: 'Which pages of others may show my shows',
    may: 'account',
    reply: EmbedRules,
    status: 200,
  },
  changeEmbedRules: {
    method: 'PUT',
    path: '/merchant/embeds',
    summary: 'Set which pages of others may show my shows',
    may: 'account',
    body: Shape(rules),
    reply: EmbedRules,
    status: 200,
  },
  makeEmbedSecret: {
    method: 'POST',
    path: '/merchant/embeds/secret',
    summary: 'A new secret that my server signs embed tokens with; the one before it ends',
    may: 'account',
    reply: Shape({ secret: Type.String(), secretSince: Instant }),
    status: 201,
  },
  makeEmbedToken: {
    method: 'POST',
    path: '/shows/:id/embed-tokens',
    summary: 'A short-lived token that lets one origin show this show',
    may: 'host',
    params: IdParam,
    body: Shape({
      origin: Origin,
      ttlMs: Type.Optional(Type.Integer({ minimum: 1_000, maximum: embedTokenMsMax })),
    }),
    reply: Shape({ token: Type.String(), expiresAt: Instant, url: Type.String() }),
    status: 201,
  },
})
