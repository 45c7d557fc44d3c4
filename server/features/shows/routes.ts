import type { showRoutes as table } from '../../../shared/wire/shows.ts'
import type { streamKeyRoutes as keyTable } from '../../../shared/wire/whip.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Shows } from './shows.ts'
import type { StreamKeys } from './stream-keys.ts'

export function showRoutes(shows: Shows): Handlers<typeof table> {
  return {
    createShow: ({ who, body, key }) => shows.create(who, body, key),
    shows: ({ who, query }) => shows.list(who, query),
    show: ({ params }) => shows.look(params.id),
    changeShow: ({ who, params, body }) => shows.change(who, params.id, body),
    startShow: ({ who, params }) => shows.start(who, params.id),
    endShow: ({ who, params }) => shows.end(who, params.id),
    bags: ({ who, params }) => shows.bags(who, params.id),
    reminders: ({ who }) => shows.reminders(who),
    remind: ({ who, params }) => shows.remind(who, params.id),
    forgetReminder: ({ who, params }) => shows.forgetReminder(who, params.id),
    moderators: async ({ who, params }) => ({
      items: await shows.moderators(who, params.id),
      nextCursor: null,
    }),
    addModerator: ({ who, params }) => shows.addModerator(who, params.id, params.accountId),
    removeModerator: ({ who, params }) => shows.removeModerator(who, params.id, params.accountId),
    events: ({ who, params, query }) => shows.events(who, params.id, query),
  }
}

export function streamKeyRoutes(keys: StreamKeys): Handlers<typeof keyTable> {
  return {
    streamKey: ({ who, params }) => keys.since(who, params.id),
    makeStreamKey: ({ who, params }) => keys.make(who, params.id),
    revokeStreamKey: ({ who, params }) => keys.revoke(who, params.id),
  }
}
