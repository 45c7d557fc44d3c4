import type { giveawayCommands } from '../../../shared/wire/giveaways.ts'
import { done } from '../../base/done.ts'
import type { CommandHandlers } from '../../realtime/gateway.ts'
import type { Giveaways } from './giveaways.ts'

export function giveawaySocket(giveaways: Giveaways): CommandHandlers<typeof giveawayCommands> {
  return {
    'giveaway:open': (who, what) => giveaways.open(who, what),
    'giveaway:enter': (who, entry) => giveaways.enter(who, entry),
    'giveaway:draw': (who, what) => done(giveaways.draw(who, what)),
    'giveaway:cancel': (who, what) => done(giveaways.cancel(who, what)),
  }
}
