import type { codeCommands } from '../../../shared/wire/promotions.ts'
import { done } from '../../base/done.ts'
import type { CommandHandlers } from '../../realtime/gateway.ts'
import type { Promotions } from './promotions.ts'

export function codeSocket(promotions: Promotions): CommandHandlers<typeof codeCommands> {
  return { 'code:show': (who, what) => done(promotions.show(who, what)) }
}
