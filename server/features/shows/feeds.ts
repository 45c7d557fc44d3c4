import Type from 'typebox'
import { Id, Shape } from '../../../shared/wire/base.ts'
import { checker } from '../../base/check.ts'
import { newId, newToken } from '../../base/ids.ts'
import { notFound, Refusal, unavailable } from '../../base/refusal.ts'
import { nobodyAt, type Who } from '../../base/who.ts'
import type {
  FeedCaller,
  FeedHandlers,
  FeedKind,
  FeedOpened,
  FeedPlace,
  FeedRestarted,
} from '../../http/feeds.ts'
import type { Media, MediaPeer } from '../../media/media.ts'
import { asRefusal } from '../../store/postgres.ts'
import type { Broadcasts } from './broadcasts.ts'
import type { StreamKeys } from './stream-keys.ts'

type Needs = {
  node: string
  broadcasts: Pick<Broadcasts, 'mayWatch' | 'mayPublish'>
  keys: Pick<StreamKeys, 'showOf'>
  media: Pick<Media, 'publishOffer' | 'watchOffer' | 'patchOffer' | 'closePeer' | 'iceServers'>
  findSession(token: string): Promise<Omit<Who, 'address'> | null>
  /** Throws BANNED. */
  mustNotBeBanned(showId: string, who: Who): Promise<void>
  /** Keeps this node listening to the show's log while a session of it is here. */
  follow(showId: string): Promise<{ release(): void }>
  /** Asks the node that carries a session; NOT_FOUND when there is no such node any more. */
  askNode(node: string, what: Forwarded): Promise<unknown>
  /** What counts as one neighbour among those who watch without a name. */
  networkOf(address: string): string
}

/** A request about a session, on its way from the node that heard it to the one that carries it. */
type Forwarded =
  | { verb: 'patch'; caller: FeedCaller; place: FeedPlace; sent: FeedSent }
  | { verb: 'end'; caller: FeedCaller; place: FeedPlace }

type FeedSent = { fragment: string; ifMatch: string }

/** Whom a session stands for: by that, the media room knows who replaces whom, and who is another. */
type Principal = { accountId: string; who: Who }

type Session = FeedPlace & {
  caller: FeedCaller
  principal: Principal
  peer: MediaPeer
  transportId: string | undefined
  iceSession: string
  release(): void
  over: boolean
}

/**
 * Encoders and players that speak plain SDP: sessions on this node, each at a URL that is a secret.
 * An encoder may send what the show's stream key or its host's session allows; a player may see
 * what anybody may see, by name or without one.
 */
export class Feeds implements FeedHandlers {
  readonly #needs: Needs
  readonly #sessions = new Map<string, Session>()
  /** Over, oldest first: their encoders may still say goodbye. */
  readonly #over = new Map<string, { place: FeedPlace; at: number }>()

  constructor(needs: Needs) {
    this.#needs = needs
  }

  async open(
    caller: FeedCaller,
    { kind, showId, offer }: { kind: FeedKind; showId: string; offer: string },
  ): Promise<FeedOpened> {
    const { media, node, follow } = this.#needs
    const principal = await this.#admit(kind, showId, caller)
    const { release } = await follow(showId)
    const session: Session = {
      kind,
      showId,
      node,
      secret: newToken(),
      caller,
      principal,
      peer: { peerId: newId(), accountId: principal.accountId },
      transportId: undefined,
      iceSession: '',
      release,
      over: false,
    }
    this.#sessions.set(session.secret, session)
    try {
      const asked = { streamId: showId, offer }
      const opened =
        kind === 'whip'
          ? await media.publishOffer(session.peer, asked)
          : await media.watchOffer(session.peer, asked)
      session.transportId = opened.transportId
      session.iceSession = opened.iceSession
      // A ban, an end or a new key that came while the worker was opening it found nothing to close.
      await this.#admit(kind, showId, caller)
      if (session.over) throw unavailable()
      const iceServers = media.iceServers(session.peer.peerId)
      return { ...opened, node, secret: session.secret, iceServers }
    } catch (error) {
      this.#drop(session)
      throw error
    }
  }

  async patch(
    caller: FeedCaller,
    place: FeedPlace,
    sent: FeedSent,
  ): Promise<FeedRestarted | undefined> {
    await this.#mayAsk(caller, place)
    if (place.node === this.#needs.node) return this.#patch(place, sent)
    const restarted = await this.#forward({ verb: 'patch', caller, place, sent })
    return (restarted as FeedRestarted | null) ?? undefined
  }

  /** Also what has just ended by itself: OBS hangs up first and says so then. */
  async end(caller: FeedCaller, place: FeedPlace): Promise<void> {
    await this.#mayAsk(caller, place)
    if (place.node === this.#needs.node) return this.#end(place)
    await this.#forward({ verb: 'end', caller, place })
  }

  /** Another node heard a request about a session of this one; who asks is looked at here again. */
  async answer(asked: unknown): Promise<unknown> {
    const forwarded = isForwarded(asked)
    const { verb, caller, place } = forwarded
    if (place.node !== this.#needs.node) throw notFound('session')
    if (verb === 'end') return this.end(caller, place)
    return this.patch(caller, place, forwarded.sent)
  }

  async #forward(what: Forwarded): Promise<unknown> {
    mustBeId(what.place.node, 'session')
    return this.#needs.askNode(what.place.node, what)
  }

  async #patch(place: FeedPlace, { fragment, ifMatch }: FeedSent) {
    const session = this.#session(place)
    const { peer, transportId, iceSession } = session
    if (transportId === undefined) throw notFound('session')
    if (ifMatch !== '*' && ifMatch !== `"${iceSession}"`) {
      throw new Refusal('PRECONDITION_FAILED', 'This session was restarted meanwhile.')
    }
    const restarted = await this.#needs.media.patchOffer(peer, { transportId, fragment })
    if (restarted) session.iceSession = restarted.iceSession
    return restarted
  }

  #end(place: FeedPlace): void {
    const over = this.#over.get(place.secret)
    if (over && isAt(over.place, place)) return
    this.#drop(this.#session(place))
  }

  /** The media room ended a transport: replaced, silent, the show's end, a ban. */
  closed(peerId: string): void {
    for (const session of this.#sessions.values()) {
      if (session.peer.peerId === peerId) this.#drop(session)
    }
  }

  /** Somebody was banned, or the key is another one: who may no longer be here goes. */
  async reconsider(showId: string): Promise<void> {
    const here = [...this.#sessions.values()].filter((session) => session.showId === showId)
    await Promise.all(here.map((session) => this.#reconsiderOne(session)))
  }

  /** Encoders are asked about now and then: of a new key other nodes are told by Redis, which may be away. */
  async lookAfter(): Promise<void> {
    const encoders = [...this.#sessions.values()].filter(({ kind }) => kind === 'whip')
    await Promise.all(encoders.map((session) => this.#reconsiderOne(session)))
  }

  /** Whose sessions are here by name. */
  people(): Who[] {
    const people = [...this.#sessions.values()].map(({ principal }) => principal.who)
    return people.filter(({ sessionId }) => sessionId !== '')
  }

  /** A session of an account ended, and what it opened here ends with it. */
  signedOut(sessionId: string): void {
    for (const session of this.#sessions.values()) {
      if (session.principal.who.sessionId === sessionId) this.#drop(session)
    }
  }

  async #reconsiderOne(session: Session): Promise<void> {
    const { kind, showId, caller, principal } = session
    try {
      if (kind === 'whip') await this.#admit(kind, showId, caller)
      else await this.#needs.mustNotBeBanned(showId, principal.who)
    } catch (error) {
      // A database that is away for a moment is no reason to take a show off the air.
      const refusal = asRefusal(error)
      const unknown = refusal instanceof Refusal && refusal.code === 'UNAVAILABLE'
      if (kind === 'whep' || !unknown) this.#drop(session)
    }
  }

  /** An encoder shows its key each time; to a player's session, its secret is the key. */
  async #mayAsk(caller: FeedCaller, { kind, showId }: FeedPlace): Promise<void> {
    if (kind === 'whip') await this.#publisher(showId, caller)
  }

  #session(place: FeedPlace): Session {
    const session = this.#sessions.get(place.secret)
    if (!session || !isAt(session, place)) throw notFound('session')
    return session
  }

  async #admit(kind: FeedKind, showId: string, caller: FeedCaller): Promise<Principal> {
    const { broadcasts } = this.#needs
    const principal =
      kind === 'whip' ? await this.#publisher(showId, caller) : this.#viewer(showId, caller)
    await broadcasts.mayWatch(principal.who, showId)
    return principal
  }

  /** The key of this very show, or its host. Somebody else's key does not open what is not there. */
  async #publisher(showId: string, { token, address }: FeedCaller): Promise<Principal> {
    const { keys, findSession, broadcasts } = this.#needs
    if (token === undefined) throw new Refusal('UNAUTHENTICATED', 'Send the stream key as Bearer.')
    const opens = await keys.showOf(token)
    if (opens !== undefined) {
      if (opens !== showId) throw notFound('show')
      return { accountId: `key:${showId}`, who: nobodyAt(address) }
    }
    const found = await findSession(token)
    if (!found) throw new Refusal('UNAUTHENTICATED', 'This stream key is not, or no longer, one.')
    const who = { ...found, address }
    await broadcasts.mayPublish(who, mustBeId(showId))
    return { accountId: who.accountId, who }
  }

  #viewer(showId: string, { who, address }: FeedCaller): Principal {
    mustBeId(showId)
    if (who) return { accountId: who.accountId, who }
    const network = this.#needs.networkOf(address)
    return { accountId: `network:${network}`, who: nobodyAt(address) }
  }

  #drop(session: Session): void {
    if (session.over) return
    session.over = true
    this.#sessions.delete(session.secret)
    this.#remember(session)
    session.release()
    this.#needs.media.closePeer(session.peer.peerId)
  }

  #remember({ kind, showId, node, secret }: Session): void {
    const at = performance.now()
    this.#over.set(secret, { place: { kind, showId, node, secret }, at })
    for (const [oldest, over] of this.#over) {
      if (this.#over.size <= overMax && at - over.at < overMs) break
      this.#over.delete(oldest)
    }
  }
}

/** Time enough for a goodbye, and no more of them than a busy minute has. */
const overMs = 60_000
const overMax = 10_000

function isAt(one: FeedPlace, place: FeedPlace): boolean {
  return one.kind === place.kind && one.showId === place.showId && one.node === place.node
}

const isId = checker<string>(Id)

/** What is no id is no show either. */
function mustBeId(text: string, what = 'show'): string {
  try {
    return isId(text)
  } catch {
    throw notFound(what)
  }
}

const Text = (max: number) => Type.String({ maxLength: max })
const FromNode = {
  caller: Type.Object(
    {
      token: Type.Optional(Text(1_000)),
      who: Type.Union([
        Type.Null(),
        Shape({
          accountId: Id,
          sessionId: Text(64),
          kind: Type.Union([Type.Literal('guest'), Type.Literal('account'), Type.Literal('admin')]),
          displayName: Text(1_000),
          address: Text(64),
        }),
      ]),
      address: Text(64),
    },
    { additionalProperties: false },
  ),
  place: Shape({
    kind: Type.Union([Type.Literal('whip'), Type.Literal('whep')]),
    showId: Text(64),
    node: Id,
    secret: Text(64),
  }),
}
const isForwarded = checker<Forwarded>(
  Type.Union([
    Shape({ verb: Type.Literal('end'), ...FromNode }),
    Shape({
      verb: Type.Literal('patch'),
      ...FromNode,
      sent: Shape({ fragment: Text(65_536), ifMatch: Text(1_000) }),
    }),
  ]),
)
