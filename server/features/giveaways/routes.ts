import type { giveawayRoutes as table } from '../../../shared/wire/giveaways.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Giveaways } from './giveaways.ts'

export function giveawayRoutes(giveaways: Giveaways): Handlers<typeof table> {
  return {
    giveaway: ({ params }) => giveaways.record(params.id, params.giveawayId),
  }
}
