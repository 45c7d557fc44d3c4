import type { mediaCommands } from '../../../shared/wire/media.ts'
import type { showCommands } from '../../../shared/wire/shows.ts'
import { done } from '../../base/done.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Audience } from '../../realtime/audience.ts'
import type { CommandHandlers } from '../../realtime/gateway.ts'
import type { Broadcasts } from './broadcasts.ts'

type Needs = {
  audience: Pick<Audience, 'join' | 'leave'>
  mustNotBeBanned(showId: string, who: Who): Promise<void>
  now(): number
}

export function showSocket({
  audience,
  mustNotBeBanned,
  now,
}: Needs): CommandHandlers<typeof showCommands> {
  return {
    'show:join': async (who, { showId, after }, line) => {
      await mustNotBeBanned(showId, who)
      return audience.join(line, showId, after)
    },
    'show:leave': async (_who, { showId }, line) => {
      audience.leave(line, showId)
      return {}
    },
    'clock:sync': async (_who, { t0 }) => {
      if (!Number.isFinite(t0)) throw new Refusal('VALIDATION', 't0 is a number.')
      return { t0, serverTime: now() }
    },
  }
}

export function mediaSocket(broadcasts: Broadcasts): CommandHandlers<typeof mediaCommands> {
  return {
    'media:capabilities': (who, { showId }) => broadcasts.capabilities(who, showId),
    'media:transport': (who, payload, line) => broadcasts.openTransport(who, line.id, payload),
    'media:connect': (who, payload, line) => done(broadcasts.connect(who, line.id, payload)),
    'media:produce': (who, payload, line) => broadcasts.produce(who, line.id, payload),
    'media:consume': (who, payload, line) => broadcasts.consume(who, line.id, payload),
    'media:resume': (who, payload, line) => done(broadcasts.resume(who, line.id, payload)),
    'media:layers': (who, payload, line) => done(broadcasts.setLayers(who, line.id, payload)),
    'media:restart': (who, payload, line) => broadcasts.restartIce(who, line.id, payload),
    'media:close': (who, payload, line) => done(broadcasts.close(who, line.id, payload)),
    'media:health': (who, { showId }) => broadcasts.health(who, showId),
  }
}
