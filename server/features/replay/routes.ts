import type { replayRoutes as table } from '../../../shared/wire/replay.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Replays } from './replay.ts'

export function replayRoutes(replays: Replays): Handlers<typeof table> {
  return {
    replays: ({ query }) => replays.list(query),
    replay: ({ who, params }) => replays.get(who, params.id),
    replayRoom: ({ who, params, query }) => replays.room(who, params.id, query.time),
    changeReplay: ({ who, params, body }) => replays.change(who, params.id, body),
    at: ({ who, params, query }) => replays.at(who, params.id, query),
  }
}
