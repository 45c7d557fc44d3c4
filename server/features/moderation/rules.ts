import { isIPv6 } from 'node:net'

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

/**
 * What one household or phone has of an address: all of IPv4, the first 64 bits of IPv6, because the
 * rest changes every day.
 */
export function networkOf(address: string): string {
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = (plain.split('%')[0] as string).split('::')
  const before = head === '' ? [] : head.split(':')
  if (tail === undefined) return groups(before)
  const after = tail === '' ? 0 : tail.split(':').length
  const zeros = Array.from({ length: 8 - before.length - after }, () => '0')
  return groups([...before, ...zeros, ...tail.split(':')])
}

function groups(all: string[]): string {
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}

/** The sentence that the banned person reads. */
export function bannedBecause(reason: string): string {
  return `You were removed from this show. Reason given: ${reason}`
}
