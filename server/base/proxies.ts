import { BlockList, isIP } from 'node:net'

/** Which addresses are our own proxies: only what they say of a caller's address is believed. */
export type Proxies = {
  /** There are none: whoever connects is the caller. */
  none: boolean
  trusts(address: string): boolean
  /** The caller's address: the last one in X-Forwarded-For that is not a proxy of ours. */
  callerOf(direct: string | undefined, forwarded: string | string[] | undefined): string
}

/** `list`: addresses and CIDR ranges, comma separated; undefined: there is no proxy. */
export function createProxies(list: string | undefined): Proxies {
  const known = new BlockList()
  for (const entry of list?.split(',').map((e) => e.trim()) ?? []) {
    // Number('') is 0: a range that lacks its length would be everybody.
    const [, address = '', bits] = /^([^/]+)(?:\/(\d+))?$/.exec(entry) ?? []
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) known.addAddress(address, family)
    else known.addSubnet(address, Number(bits), family)
  }
  const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/, '')
  const trusts = (given: string) => {
    const address = plain(given)
    const version = isIP(address)
    return version !== 0 && known.check(address, version === 6 ? 'ipv6' : 'ipv4')
  }
  return {
    none: list === undefined,
    trusts,
    callerOf(direct, forwarded) {
      if (list === undefined) return direct ?? ''
      const hops = [forwarded ?? []]
        .flat()
        .join(',')
        .split(',')
        .map((hop) => hop.trim())
        .filter(Boolean)
      // Undefined: the connection is gone already.
      let address = direct ?? ''
      while (trusts(address)) {
        const next = hops.pop()
        if (next === undefined || isIP(plain(next)) === 0) break
        address = next
      }
      return address
    },
  }
}
