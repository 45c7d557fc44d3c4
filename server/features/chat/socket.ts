import type { chatCommands } from '../../../shared/wire/chat.ts'
import { done } from '../../base/done.ts'
import type { CommandHandlers } from '../../realtime/gateway.ts'
import type { Chat } from './chat.ts'

export function chatSocket(chat: Chat): CommandHandlers<typeof chatCommands> {
  return {
    'chat:send': (who, message) => chat.send(who, message),
    'chat:delete': (who, what) => done(chat.remove(who, what)),
    'chat:approve': (who, what) => done(chat.approve(who, what)),
    'chat:refuse': (who, what) => done(chat.refuse(who, what)),
    'chat:pin': (who, what) => done(chat.pin(who, what)),
    'chat:slow': (who, what) => done(chat.slow(who, what)),
    'reaction:send': (who, what) => done(chat.react(who, what)),
  }
}
