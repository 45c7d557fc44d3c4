import type { lineCommands } from '../../../shared/wire/line.ts'
import { done } from '../../base/done.ts'
import type { CommandHandlers } from '../../realtime/gateway.ts'
import type { Line } from './line.ts'

export function lineSocket(line: Line): CommandHandlers<typeof lineCommands> {
  return {
    'line:join': (who, what) => line.join(who, what),
    'line:leave': (who, what) => done(line.leave(who, what)),
  }
}
