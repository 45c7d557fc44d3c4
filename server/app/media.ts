import { availableParallelism } from 'node:os'
import { networkOf } from '../base/network.ts'
import type { Config } from '../config.ts'
import type { Accounts } from '../features/accounts/accounts.ts'
import type { Moderation } from '../features/moderation/moderation.ts'
import { Air } from '../features/shows/air.ts'
import { Broadcasts } from '../features/shows/broadcasts.ts'
import { Feeds } from '../features/shows/feeds.ts'
import type { Shows } from '../features/shows/shows.ts'
import { createStreamKeys } from '../features/shows/stream-keys.ts'
import { createMedia, type MediaSettings, type Neighbours } from '../media/media.ts'
import type { Floor } from './floor.ts'
import { type Nodes, openNodes } from './nodes.ts'

/** What a core carries: so many viewers of one picture in two consumers each, with room to breathe. */
const viewersACoreCarries = 500

type Askable = { accounts: Accounts; shows: Shows; moderation: Moderation }

/** Pictures, and who may send and see them: browsers, encoders and players, on this node and through others. */
export async function openPictures(
  floor: Floor,
  { accounts, shows, moderation }: Askable,
  building: AsyncDisposableStack,
) {
  const { pg, relay } = floor
  const { nodes, air, media } = await openMedia(floor, building)
  const { findSession } = accounts
  const { mustNotBeBanned, mayWatch } = moderation
  const follow = (showId: string) => relay.follow(showId)
  const broadcasts = new Broadcasts({ shows, media, mustNotBeBanned, mayWatch, follow })
  const changed = (showId: string) => relay.signal({ about: 'stream-key', showId })
  const streamKeys = createStreamKeys({ pg, changed })
  const allowed = { broadcasts, keys: streamKeys, findSession, mustNotBeBanned, networkOf }
  const askNode = (of: string, what: unknown) => nodes.askAbout('feed', of, what)
  const feeds = new Feeds({ ...allowed, node: nodes.node, media, follow, askNode })
  nodes.answer({ ...media.answers, feed: (asked) => feeds.answer(asked) })
  return { nodes, air, media, broadcasts, streamKeys, feeds }
}

/** The media of this process among the others: who they are, who is on the air, and the pictures. */
async function openMedia(floor: Floor, building: AsyncDisposableStack) {
  const { config, pg, clock, logger } = floor
  const nodes = await openNodes(floor, building)
  const { node, address, leases } = nodes
  const air = new Air({ pg, node, address, leases })
  const media = await createMedia({
    settings: settingsOf(config),
    log: logger,
    clock,
    neighbours: neighboursOf(floor, nodes, air),
  })
  building.defer(() => media.close())
  return { nodes, air, media }
}

/** The other nodes, as the media room knows them. */
function neighboursOf({ relay, logger }: Floor, nodes: Nodes, air: Air): Neighbours {
  const { node, address, pipes, ask } = nodes
  return {
    node,
    address,
    pipes,
    ask,
    originOf: (showId) => air.originOf(showId),
    async takeAir(showId, sender) {
      const { epoch, moved } = await air.take(showId, sender)
      if (moved) relay.signal({ about: 'air', showId, node, epoch })
      return { moved }
    },
    leaveAir(showId) {
      air
        .note(showId, [])
        .catch((err) => logger.warn({ err, showId }, 'the air was not given back'))
    },
  }
}

function settingsOf(config: Config): MediaSettings {
  const workers = config.MEDIA_WORKERS ?? availableParallelism()
  return {
    workers,
    limits: { viewersMax: config.MEDIA_MAX_VIEWERS ?? workers * viewersACoreCarries },
    listenIp: config.MEDIA_LISTEN_IP,
    announcedAddress: config.MEDIA_ANNOUNCED_ADDRESS,
    port: config.MEDIA_PORT,
    processIndex: config.PROCESS_INDEX,
    workerBin: config.MEDIASOUP_WORKER_BIN,
    iceServers: config.iceServers,
    turnSecret: config.TURN_SECRET,
  }
}
