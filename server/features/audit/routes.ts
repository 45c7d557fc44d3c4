import type { adminRoutes as table } from '../../../shared/wire/admin.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Verifier } from './verifier.ts'

export function adminRoutes(verifier: Verifier): Handlers<typeof table> {
  return { verify: ({ who }) => verifier.verify(who) }
}
