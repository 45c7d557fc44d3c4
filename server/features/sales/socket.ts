import type { salesCommands } from '../../../shared/wire/sales.ts'
import type { CommandHandlers } from '../../realtime/gateway.ts'
import type { Sales } from './sales.ts'

export function salesSocket(sales: Sales): CommandHandlers<typeof salesCommands> {
  return {
    'product:pin': (who, payload) => sales.pin(who, payload),
    'product:unpin': (who, payload) => sales.unpin(who, payload),
    'product:pull': (who, payload) => sales.pull(who, payload),
    'product:restore': (who, payload) => sales.restore(who, payload),
    'sale:start': (who, payload) => sales.start(who, payload),
    'sale:end': (who, payload) => sales.end(who, payload),
  }
}
