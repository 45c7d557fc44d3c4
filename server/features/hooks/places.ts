import { Resolver } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { invalid } from '../../base/refusal.ts'

/** A name server that says nothing is asked twice. */
const resolveMs = 2_000

/** Where a webhook may go. `anywhere`: also to private addresses; `plain`: also without TLS. */
export type Places = { anywhere: boolean; plain: boolean }

/** Refuses what no webhook is sent to, as far as it can be read off the address. */
export function mustBePlace(text: string, { anywhere, plain }: Places): void {
  const url = URL.parse(text)
  if (!url) throw invalid('/url', 'This is no address of the web.')
  if (url.protocol !== 'https:' && !plain) throw invalid('/url', 'Begin it with https://.')
  if (url.username !== '' || url.password !== '')
    throw invalid('/url', 'Leave name and password out of it.')
  if (!anywhere && (isHere(url.hostname) || addressIn(url.hostname) === false))
    throw invalid('/url', 'This address is not open to the world, so nothing can be sent there.')
}

const isHere = (hostname: string) => /(^|\.)localhost\.?$/.test(hostname)

/** Whether a literal address is public; undefined for a name. */
function addressIn(hostname: string): boolean | undefined {
  const literal = hostname.replace(/^\[|\]$/g, '')
  return ipaddr.isValid(literal) ? isPublic(literal) : undefined
}

/** What the world has given out of IPv6; the rest may lead anywhere, as old ways to write an IPv4 address do. */
const world = ipaddr.IPv6.parse('2000::')

/** Neither our own network nor anything else that stands for another address. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const found = ipaddr.parse(address)
  return found.range() === 'unicast' && (found.kind() === 'ipv4' || found.match(world, 3))
}

export class NotPublic extends Error {}

type Address = { address: string; family: number }

/**
 * Finds the addresses of a name for the connection that is about to be made, and it is made to one of these: a name
 * that is public when asked and private when called is caught. Where one is not public, none is used.
 */
export function onlyPublic(find: (hostname: string) => Promise<Address[]>): LookupFunction {
  return (hostname, options, callback) => {
    find(hostname).then(
      (found) => {
        const [first] = found
        if (!first || !found.every(({ address }) => isPublic(address))) {
          callback(new NotPublic(`${hostname} is not public`), [])
        } else if (options.all) callback(null, found)
        else callback(null, first.address, first.family)
      },
      (error: Error) => callback(error, []),
    )
  }
}

/** By a resolver of its own: Node's usual one waits in the few threads that passwords and files need. */
export async function findAddresses(hostname: string): Promise<Address[]> {
  const resolver = new Resolver({ timeout: resolveMs, tries: 2 })
  const [four, six] = await Promise.allSettled([
    resolver.resolve4(hostname),
    resolver.resolve6(hostname),
  ])
  if (four.status === 'rejected' && six.status === 'rejected') throw four.reason
  return [four, six].flatMap((answer, n) =>
    answer.status === 'fulfilled'
      ? answer.value.map((address) => ({ address, family: n === 0 ? 4 : 6 }))
      : [],
  )
}
