import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Moderation } from '../features/moderation/moderation.ts'
import { createRecordings } from '../features/recordings/recordings.ts'
import type { Replays } from '../features/replay/replay.ts'
import type { Air } from '../features/shows/air.ts'
import type { Shows } from '../features/shows/shows.ts'
import type { Media } from '../media/media.ts'
import { Deck } from '../media/tape/deck.ts'
import type { Floor } from './floor.ts'
import type { Nodes } from './nodes.ts'

/** What they need of the other rooms. */
type Needs = {
  nodes: Nodes
  air: Air
  media: Media
  shows: Pick<Shows, 'roleOf'>
  moderation: Pick<Moderation, 'mayLook'>
  replays: Pick<Replays, 'follow'>
}

/** The tapes of this process, and what becomes of them. */
export function openTapes(floor: Floor, rooms: Needs, building: AsyncDisposableStack) {
  const { config, pg, now, logger: log, relay } = floor
  const { nodes, air, media, shows, moderation, replays } = rooms
  const settings = {
    record: config.RECORD === 'on',
    live: config.HLS === 'on',
    keepDays: config.RECORD_KEEP_DAYS,
    shelf: shelfOf(config),
    program: config.FFMPEG_PATH,
  }
  const recordings = createRecordings({
    pg,
    shows,
    mayLook: moderation.mayLook,
    deck: () => deck,
    isHere: (showId) => media.tapeSource(showId) !== undefined,
    far: {
      ask: nodes.ask,
      async originOf(showId) {
        const origin = await air.originOf(showId)
        return origin && origin.node !== nodes.node ? origin.address : undefined
      },
    },
    settings,
    changed: (showId) => replays.follow(showId),
    now,
    log,
  })
  nodes.answer(recordings.answers)
  const { taping } = recordings
  const deck = new Deck({
    on: settings.record || settings.live,
    program: settings.program,
    media,
    ears: taping,
    now,
    log,
  })
  building.defer(() => taping.close())
  const look = (showId: string) =>
    void taping.consider(showId).catch((err: unknown) => log.warn({ err, showId }, 'tape not set'))
  building.defer(media.listen({ producersChanged: look, flowing: look }))
  relay.onEvents((events) => {
    for (const { type, showId } of events) {
      if (type === 'show.started' || type === 'show.ended') look(showId)
    }
  })
  return { recordings, deck }
}

function shelfOf(config: Config) {
  const { BUCKET_URL: url, BUCKET_KEY_ID: accessKeyId, BUCKET_SECRET: secret } = config
  const isBucket = url !== undefined && accessKeyId !== undefined && secret !== undefined
  return {
    dir: join(config.DATA_DIR, 'recordings'),
    freeBytesMin: config.RECORD_FREE_MB * 1024 * 1024,
    bucket: isBucket
      ? { url, region: config.BUCKET_REGION, accessKeyId, secretAccessKey: secret }
      : undefined,
  }
}
