import type { In, Out } from '../../../shared/wire/contract.ts'
import type { mediaCommands } from '../../../shared/wire/media.ts'
import { notFound, Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Media } from '../../media/media.ts'
import { isStaff } from './roles.ts'
import type { Shows } from './shows.ts'

type Wire = typeof mediaCommands
type Payload<C extends keyof Wire> = In<Wire[C]>
type Answer<C extends keyof Wire> = Promise<Out<Wire[C]>>

type Needs = {
  shows: Pick<Shows, 'roleOf'>
  media: Media
  /** Throws BANNED. */
  mustNotBeBanned(showId: string, who: Who): Promise<void>
  /** Throws BANNED, NOT_FOUND, GONE. */
  mayWatch(showId: string, who: Who): Promise<void>
  /** Keeps this node listening to the show's log while somebody here has media of it. */
  follow(showId: string): Promise<{ release(): void }>
}

/** One line's media in one show: what it has, and how much is on its way. */
type Visit = { release(): void; transports: Set<string>; opening: number }

const peerOf = (who: Who, lineId: string) => ({ peerId: lineId, accountId: who.accountId })

/**
 * Who may send and who may see a show's picture. The media room knows streams; the rules are here.
 *
 * A viewer's rights are read while the worker already works, which takes as long: one after the other
 * was half of what a join took. Whoever is refused has what was opened closed before he hears of it.
 */
export class Broadcasts {
  readonly #needs: Needs
  readonly #visits = new Map<string, Map<string, Visit>>()

  constructor(needs: Needs) {
    this.#needs = needs
  }

  async capabilities(who: Who, showId: string): Answer<'media:capabilities'> {
    const { media } = this.#needs
    const asked = media.capabilities(showId)
    const said = await permitted(this.mayWatch(who, showId), asked)
    return { ...said, iceServers: media.iceServers(who.accountId) }
  }

  async openTransport(
    who: Who,
    lineId: string,
    { showId, ...asked }: Payload<'media:transport'>,
  ): Answer<'media:transport'> {
    const { media } = this.#needs
    if (asked.direction === 'send') await this.mayPublish(who, showId)
    const visit = await this.#visit(lineId, showId)
    visit.opening += 1
    try {
      const asking = media.openTransport(peerOf(who, lineId), { streamId: showId, ...asked })
      // Known from its first moment: what ends it from then on finds it here.
      const opening = asking.then((opened) => {
        visit.transports.add(opened.transportId)
        return opened
      })
      // Read after the media room knows of it: a ban or an end that comes later finds it there.
      const right = this.mayWatch(who, showId)
      const opened = await permitted(right, opening, (undue) => this.#end(who, lineId, undue))
      return opened.consumers ? { ...opened, iceServers: media.iceServers(who.accountId) } : opened
    } finally {
      visit.opening -= 1
      this.#leaveEmpty(lineId, showId)
    }
  }

  connect(who: Who, lineId: string, payload: Payload<'media:connect'>): Promise<void> {
    return this.#needs.media.connectTransport(peerOf(who, lineId), payload)
  }

  /** The role is looked up again: it may have changed since the transport was opened. */
  async produce(
    who: Who,
    lineId: string,
    payload: Payload<'media:produce'>,
  ): Answer<'media:produce'> {
    await this.mayPublish(who, this.#showOf(lineId, payload.transportId))
    return this.#needs.media.produce(peerOf(who, lineId), payload)
  }

  async consume(
    who: Who,
    lineId: string,
    payload: Payload<'media:consume'>,
  ): Answer<'media:consume'> {
    const { media, mustNotBeBanned } = this.#needs
    const showId = this.#showOf(lineId, payload.transportId)
    const consuming = media.consume(peerOf(who, lineId), payload)
    const right = mustNotBeBanned(showId, who)
    return permitted(right, consuming, () => this.#end(who, lineId, payload))
  }

  async resume(who: Who, lineId: string, payload: Payload<'media:resume'>): Promise<void> {
    await this.#needs.media.resume(peerOf(who, lineId), payload)
  }

  async setLayers(who: Who, lineId: string, payload: Payload<'media:layers'>): Promise<void> {
    await this.#needs.media.setLayers(peerOf(who, lineId), payload)
  }

  restartIce(who: Who, lineId: string, payload: Payload<'media:restart'>): Answer<'media:restart'> {
    return this.#needs.media.restartIce(peerOf(who, lineId), payload)
  }

  async close(who: Who, lineId: string, payload: Payload<'media:close'>): Promise<void> {
    await this.#needs.media.closeTransport(peerOf(who, lineId), payload)
    this.closed(lineId, payload.transportId)
  }

  /** A transport is gone, whoever closed it: with the last one the show is followed no longer. */
  closed(lineId: string, transportId: string): void {
    for (const [showId, { transports }] of this.#visits.get(lineId) ?? []) {
      if (transports.delete(transportId)) this.#leaveEmpty(lineId, showId)
    }
  }

  async health(who: Who, showId: string): Answer<'media:health'> {
    const { shows, media } = this.#needs
    if (!isStaff(await shows.roleOf(showId, who.accountId))) {
      throw new Refusal('FORBIDDEN', 'Only the host and moderators can do this.')
    }
    return media.health(showId)
  }

  /** Has this line anything of the show's media? A ban closes it with its sockets. */
  uses(lineId: string, showId: string): boolean {
    return this.#visits.get(lineId)?.has(showId) ?? false
  }

  /** The line is gone, and everything it had open. */
  drop(lineId: string): void {
    for (const { release } of this.#visits.get(lineId)?.values() ?? []) release()
    this.#visits.delete(lineId)
    this.#needs.media.closePeer(lineId)
  }

  mayWatch(who: Who, showId: string): Promise<void> {
    return this.#needs.mayWatch(showId, who)
  }

  async mayPublish(who: Who, showId: string): Promise<void> {
    if (who.kind === 'guest') throw new Refusal('UNAUTHENTICATED', 'Sign in first.')
    if ((await this.#needs.shows.roleOf(showId, who.accountId)) !== 'host') {
      throw new Refusal('FORBIDDEN', 'Only the host can do this.')
    }
  }

  /** Closes what somebody may not have; the word that forbids it may have closed it already. */
  async #end(who: Who, lineId: string, payload: Payload<'media:close'>): Promise<void> {
    await Promise.allSettled([this.close(who, lineId, payload)])
  }

  async #visit(lineId: string, showId: string): Promise<Visit> {
    const found = this.#visits.get(lineId)?.get(showId)
    if (found) return found
    const { release } = await this.#needs.follow(showId)
    const mine = this.#visits.get(lineId) ?? new Map<string, Visit>()
    this.#visits.set(lineId, mine)
    const other = mine.get(showId)
    if (other) {
      release()
      return other
    }
    const visit = { release, transports: new Set<string>(), opening: 0 }
    mine.set(showId, visit)
    return visit
  }

  /** Who got nothing follows nothing: else one line could keep a node at every show that ever was. */
  #leaveEmpty(lineId: string, showId: string): void {
    const mine = this.#visits.get(lineId)
    const visit = mine?.get(showId)
    if (!visit || visit.opening > 0 || visit.transports.size > 0) return
    visit.release()
    mine?.delete(showId)
  }

  #showOf(lineId: string, transportId: string): string {
    for (const [showId, { transports }] of this.#visits.get(lineId) ?? []) {
      if (transports.has(transportId)) return showId
    }
    throw notFound('transport')
  }
}

/** The work's answer, where there is a right to it; without one the work is undone, whatever came of it. */
async function permitted<T>(
  right: Promise<void>,
  work: Promise<T>,
  undo?: (done: T) => Promise<void>,
): Promise<T> {
  const [verdict, done] = await Promise.allSettled([right, work])
  if (verdict.status === 'fulfilled') return work
  if (done.status === 'fulfilled') await undo?.(done.value)
  throw verdict.reason
}
