import type { codeRoutes as table } from '../../../shared/wire/promotions.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Promotions } from './promotions.ts'

export function codeRoutes(promotions: Promotions): Handlers<typeof table> {
  return {
    makeCode: ({ who, body }) => promotions.make(who, body),
    codes: ({ who, query }) => promotions.list(who, query),
    endCode: ({ who, params }) => promotions.end(who, params.id),
  }
}
