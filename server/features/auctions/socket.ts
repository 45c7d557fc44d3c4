import type { auctionCommands } from '../../../shared/wire/auctions.ts'
import { done } from '../../base/done.ts'
import type { CommandHandlers } from '../../realtime/gateway.ts'
import type { Auctions } from './auctions.ts'

export function auctionSocket(auctions: Auctions): CommandHandlers<typeof auctionCommands> {
  return {
    'auction:open': (who, payload) => auctions.open(who, payload),
    'auction:bid': (who, payload) => auctions.bid(who, payload),
    'auction:cancel': (who, payload) => done(auctions.cancel(who, payload)),
    'auction:offer': (who, payload) => done(auctions.offer(who, payload)),
  }
}
