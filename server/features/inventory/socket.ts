import type { holdCommands } from '../../../shared/wire/holds.ts'
import type { CommandHandlers } from '../../realtime/gateway.ts'
import type { Inventory } from './inventory.ts'

export function holdSocket(inventory: Inventory): CommandHandlers<typeof holdCommands> {
  return {
    'hold:create': (who, { key, ...ask }) => inventory.hold(who, ask, key),
    'hold:release': async (who, { holdId }) => {
      await inventory.release(who, holdId)
      return {}
    },
  }
}
