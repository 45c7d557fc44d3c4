/** Acts of people that the audit page tells: who did what when. What viewers did is not among them. */
export const auditedTypes = [
  'show.started',
  'show.ended',
  'show.updated',
  'lineup.changed',
  'staff.changed',
  'words.changed',
  'product.pinned',
  'product.unpinned',
  'product.pulled',
  'product.restored',
  'sale.started',
  'sale.ended',
  'auction.opened',
  'auction.ended',
  'auction.offered',
  'code.shown',
  'code.hidden',
  'poll.opened',
  'poll.closed',
  'giveaway.opened',
  'giveaway.ended',
  'chat.approved',
  'chat.refused',
  'chat.deleted',
  'chat.pinned',
  'chat.unpinned',
  'chat.slowed',
  'viewer.muted',
  'viewer.unmuted',
  'viewer.banned',
  'viewer.unbanned',
] as const

/** The sentence that the banned person reads. */
export function bannedBecause(reason: string): string {
  return `You were removed from this show. Reason given: ${reason}`
}
