import type { linkRoutes as table } from '../../../shared/wire/links.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Links } from './links.ts'

export function linkRoutes(links: Links): Handlers<typeof table> {
  return { makeLink: ({ params, body }) => links.make(params.id, body.productId ?? null) }
}
