import type { Event } from '../wire/events.ts'
import type { Giveaway, GiveawayCount } from '../wire/giveaways.ts'

/** As the page keeps it: staff alone hear that nobody said where it is to be sent. */
export type ShownGiveaway = Giveaway & { unclaimed?: true }

/** What is known of giveaways after one of their events. */
export function giveawayAfter(before: ShownGiveaway | null, event: Event): ShownGiveaway | null {
  const { seq: _seq, type, at: _at, deleted: _deleted, ...fields } = event
  const isSame = before !== null && before.giveawayId === event['giveawayId']
  if (type === 'giveaway.unclaimed') return isSame ? { ...before, unclaimed: true } : before
  const told = fields as unknown as Giveaway
  // What was promised at the beginning stands: an end that says otherwise is found out by whoever checks the draw.
  return isSame ? { ...told, commitment: before.commitment } : told
}

/** How many are in; the last count is told by the end, and no pulse changes it any more. */
export function entered(
  giveaway: ShownGiveaway | null,
  pulse: GiveawayCount | undefined,
): ShownGiveaway | null {
  const isItsOwn = giveaway?.endedAt === null && giveaway.giveawayId === pulse?.giveawayId
  return isItsOwn ? { ...giveaway, entries: pulse.entries } : giveaway
}
