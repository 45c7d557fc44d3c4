import type { Analytics } from './analytics.ts'

/** Counts who watches. */
export const countViewers = (analytics: Pick<Analytics, 'look'>) => analytics.look()

/** Lets go who was seen in shows that are over. */
export const forgetViewers = (analytics: Pick<Analytics, 'forgetViewers'>) =>
  analytics.forgetViewers()
