import type { moderationCommands } from '../../../shared/wire/moderation.ts'
import { done } from '../../base/done.ts'
import type { CommandHandlers } from '../../realtime/gateway.ts'
import type { Moderation } from './moderation.ts'

export function moderationSocket(
  moderation: Moderation,
): CommandHandlers<typeof moderationCommands> {
  return {
    'viewer:mute': (who, what) => done(moderation.mute(who, what)),
    'viewer:unmute': (who, what) => done(moderation.unmute(who, what)),
    'viewer:ban': (who, what) => done(moderation.ban(who, what)),
    'viewer:unban': (who, what) => done(moderation.unban(who, what)),
    'report:send': (who, what) => done(moderation.report(who, what)),
  }
}
