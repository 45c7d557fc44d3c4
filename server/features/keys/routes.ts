import type { keyRoutes as table } from '../../../shared/wire/keys.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Keys } from './keys.ts'

export function keyRoutes(keys: Keys): Handlers<typeof table> {
  return {
    apiKeys: ({ who, query }) => keys.list(who, query),
    makeApiKey: ({ who, body }) => keys.make(who, body),
    revokeApiKey: ({ who, params }) => keys.revoke(who, params.id),
  }
}
