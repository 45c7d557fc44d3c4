import type { In, Out } from '../../../shared/wire/contract.ts'
import type { mediaCommands } from '../../../shared/wire/media.ts'
import { notFound, Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Media } from '../../media/media.ts'
import type { Shows } from './shows.ts'

type Wire = typeof mediaCommands
type Payload<C extends keyof Wire> = In<Wire[C]>
type Answer<C extends keyof Wire> = Promise<Out<Wire[C]>>

type Needs = {
  shows: Pick<Shows, 'roleOf' | 'get'>
  media: Pick<
    Media,
    | 'capabilities'
    | 'openTransport'
    | 'connectTransport'
    | 'produce'
    | 'consume'
    | 'resume'
    | 'setLayers'
    | 'restartIce'
    | 'closeTransport'
    | 'closePeer'
    | 'health'
    | 'iceServers'
  >
  mustNotBeBanned(showId: string, who: Who): Promise<void>
  /** Keeps this node listening to the show's log while somebody here has media of it. */
  follow(showId: string): Promise<{ release(): void }>
}

type Visit = { release(): void; transports: Map<string, string> }

export type Broadcasts = ReturnType<typeof createBroadcasts>

/** Who may send and who may see a show's picture. The media room knows streams; the rules are here. */
export function createBroadcasts({ shows, media, mustNotBeBanned, follow }: Needs) {
  const visits = new Map<string, Map<string, Visit>>()

  const peerOf = (who: Who, lineId: string) => ({ peerId: lineId, accountId: who.accountId })

  async function mayWatch(who: Who, showId: string): Promise<void> {
    await mustNotBeBanned(showId, who)
    const show = await shows.get(showId)
    if (show.status === 'ended' || show.status === 'canceled') {
      throw new Refusal('GONE', 'This show is over.')
    }
  }

  async function mayPublish(who: Who, showId: string): Promise<void> {
    if (who.kind === 'guest') throw new Refusal('UNAUTHENTICATED', 'Sign in first.')
    if ((await shows.roleOf(showId, who.accountId)) !== 'host') {
      throw new Refusal('FORBIDDEN', 'Only the host can do this.')
    }
  }

  async function visit(lineId: string, showId: string): Promise<Visit> {
    const mine = visits.get(lineId) ?? new Map<string, Visit>()
    visits.set(lineId, mine)
    const found = mine.get(showId)
    if (found) return found
    const { release } = await follow(showId)
    const made = { release, transports: new Map<string, string>() }
    mine.set(showId, made)
    return made
  }

  function showOf(lineId: string, transportId: string): string {
    for (const [showId, { transports }] of visits.get(lineId) ?? []) {
      if (transports.has(transportId)) return showId
    }
    throw notFound('transport')
  }

  return {
    async capabilities(who: Who, showId: string): Answer<'media:capabilities'> {
      await mayWatch(who, showId)
      const found = await media.capabilities(showId)
      return { ...found, iceServers: media.iceServers(who.accountId) }
    },

    async openTransport(
      who: Who,
      lineId: string,
      showId: string,
      direction: 'send' | 'recv',
    ): Answer<'media:transport'> {
      await mayWatch(who, showId)
      if (direction === 'send') await mayPublish(who, showId)
      const here = await visit(lineId, showId)
      const opened = await media.openTransport(peerOf(who, lineId), { streamId: showId, direction })
      here.transports.set(opened.transportId, direction)
      return opened
    },

    connect: (who: Who, lineId: string, payload: Payload<'media:connect'>) =>
      media.connectTransport(peerOf(who, lineId), payload),

    /** The role is looked up again: it may have changed since the transport was opened. */
    async produce(
      who: Who,
      lineId: string,
      payload: Payload<'media:produce'>,
    ): Answer<'media:produce'> {
      await mayPublish(who, showOf(lineId, payload.transportId))
      return media.produce(peerOf(who, lineId), payload)
    },

    async consume(
      who: Who,
      lineId: string,
      payload: Payload<'media:consume'>,
    ): Answer<'media:consume'> {
      await mustNotBeBanned(showOf(lineId, payload.transportId), who)
      return media.consume(peerOf(who, lineId), payload)
    },

    resume: (who: Who, lineId: string, payload: Payload<'media:resume'>) =>
      media.resume(peerOf(who, lineId), payload),
    setLayers: (who: Who, lineId: string, payload: Payload<'media:layers'>) =>
      media.setLayers(peerOf(who, lineId), payload),
    restartIce: (who: Who, lineId: string, payload: Payload<'media:restart'>) =>
      media.restartIce(peerOf(who, lineId), payload),

    async close(who: Who, lineId: string, payload: Payload<'media:close'>): Promise<void> {
      await media.closeTransport(peerOf(who, lineId), payload)
      for (const { transports } of visits.get(lineId)?.values() ?? [])
        transports.delete(payload.transportId)
    },

    async health(who: Who, showId: string): Answer<'media:health'> {
      if (!['host', 'moderator', 'admin'].includes(await shows.roleOf(showId, who.accountId))) {
        throw new Refusal('FORBIDDEN', 'Only the host and moderators can do this.')
      }
      return media.health(showId)
    },

    /** Has this line anything of the show's media? A ban closes it with its sockets. */
    uses: (lineId: string, showId: string): boolean => visits.get(lineId)?.has(showId) ?? false,

    drop(lineId: string): void {
      for (const { release } of visits.get(lineId)?.values() ?? []) release()
      visits.delete(lineId)
      media.closePeer(lineId)
    },
  }
}
