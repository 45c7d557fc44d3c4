import type { followingRoutes as table } from '../../../shared/wire/following.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Following } from './following.ts'

export function followingRoutes(following: Following): Handlers<typeof table> {
  return {
    host: ({ params }) => following.host(params.id),
    follow: ({ who, params }) => following.follow(who, params.id),
    unfollow: ({ who, params }) => following.unfollow(who, params.id),
    following: ({ who, query }) => following.following(who, query),
    followedShows: ({ who }) => following.shows(who),
    showLetters: ({ who, params }) => following.showLetters(who, params.id),
    letterEnd: async ({ params }) => ({ host: await following.letterHost(params.token) }),
    endLetters: ({ params }) => following.endLetters(params.token),
  }
}
