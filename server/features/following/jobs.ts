import type { Following } from './following.ts'

export const followersAreToHear = 'exists (select from follow_news)'

/** Writes to the followers of hosts who have begun. */
export const tellFollowers = (following: Pick<Following, 'tellFollowers'>) =>
  following.tellFollowers()
