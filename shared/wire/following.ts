import Type, { type Static } from 'typebox'
import { IdParam, Nullable, Page, PageQuery, Shape } from './base.ts'
import { routes } from './contract.ts'
import { Host, Show } from './shows.ts'

/** A host as everybody sees them. */
export const HostCard = Shape({
  ...Host.properties,
  /** The name of their shop, if it has one. */
  shop: Nullable(Type.String()),
  followers: Type.Integer(),
  /** Shows that began. */
  shows: Type.Integer(),
})
export type HostCard = Static<typeof HostCard>

/** What the link in a letter is: whoever has it may end these letters, and no more. */
const LetterParam = Shape({ token: Type.String({ pattern: '^[0-9a-f]{32}$' }) })

export const followingRoutes = routes({
  host: {
    method: 'GET',
    path: '/hosts/:id',
    summary: 'A host: whoever has planned a show',
    may: 'anyone',
    params: IdParam,
    reply: HostCard,
    status: 200,
  },
  follow: {
    method: 'PUT',
    path: '/accounts/:id/follow',
    summary: 'Send me a letter when this host begins a show, one a day at most',
    may: 'account',
    params: IdParam,
    status: 204,
  },
  unfollow: {
    method: 'DELETE',
    path: '/accounts/:id/follow',
    summary: 'No more of these letters',
    may: 'account',
    params: IdParam,
    status: 204,
  },
  following: {
    method: 'GET',
    path: '/me/following',
    summary: 'The hosts that I follow, last followed first',
    may: 'account',
    query: Shape(PageQuery),
    reply: Page(Host),
    status: 200,
  },
  followedShows: {
    method: 'GET',
    path: '/me/following/shows',
    summary:
      'Shows of hosts that I follow: `on`, newest first; `later`, the soonest first. As many as a lobby has room for',
    may: 'account',
    reply: Shape({ on: Type.Array(Show), later: Type.Array(Show) }),
    status: 200,
  },
  showLetters: {
    method: 'GET',
    path: '/shows/:id/letters',
    summary:
      'How many people get a letter when this show begins: who asked to be reminded, and who follows its host, unless these heard of another show within the day',
    may: 'host',
    params: IdParam,
    reply: Shape({ people: Type.Integer() }),
    status: 200,
  },
  letterEnd: {
    method: 'GET',
    path: '/letters/:token',
    summary: 'Whose letters the link in a letter ends; null: they have ended',
    may: 'anyone',
    params: LetterParam,
    reply: Shape({ host: Nullable(Host) }),
    status: 200,
  },
  endLetters: {
    method: 'DELETE',
    path: '/letters/:token',
    summary: 'End them, without signing in; also when they have ended',
    may: 'anyone',
    params: LetterParam,
    status: 204,
  },
})
