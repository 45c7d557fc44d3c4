import type { pollCommands } from '../../../shared/wire/polls.ts'
import { done } from '../../base/done.ts'
import type { CommandHandlers } from '../../realtime/gateway.ts'
import type { Polls } from './polls.ts'

export function pollSocket(polls: Polls): CommandHandlers<typeof pollCommands> {
  return {
    'poll:open': (who, what) => polls.open(who, what),
    'poll:answer': (who, vote) => polls.answer(who, vote),
    'poll:close': (who, what) => done(polls.close(who, what)),
  }
}
