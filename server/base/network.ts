import { isIPv6 } from 'node:net'

/**
 * What one household or phone has of an address: all of IPv4, the first 64 bits of IPv6, because the
 * rest changes every day. A connection that is gone already has none.
 */
export function networkOf(address: string | undefined): string {
  const plain = (address ?? '').toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
  if (!plain.includes(':') || !isIPv6(plain)) return plain
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
