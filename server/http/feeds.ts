import type { FastifyReply, FastifyRequest } from 'fastify'
import { within } from '../base/deadline.ts'
import { Refusal } from '../base/refusal.ts'
import type { Who } from '../base/who.ts'
import type { Door } from './door.ts'
import { bearerToken } from './doorman.ts'
import type { Limits } from './limits.ts'
import type { Doorman } from './mount.ts'

/**
 * WHIP (RFC 9725) and WHEP: one POST of an SDP opens a session with a URL of its own, where PATCH
 * restarts ICE and DELETE ends it. Encoders are strict about it: OBS wants exactly 201, a Location
 * that is an absolute path, the whole answer at once, and 200 for DELETE.
 */

export type FeedKind = 'whip' | 'whep'

/** Who asks: an encoder by its key or its host's session, a player by its session or by nothing. */
export type FeedCaller = { token: string | undefined; who: Who | null; address: string }

/** Where a session is: its URL has the node that carries it, and a secret that nobody guesses. */
export type FeedPlace = { kind: FeedKind; showId: string; node: string; secret: string }

export type FeedOpened = {
  node: string
  secret: string
  answer: string
  iceSession: string
  iceServers: { urls: string | string[]; username?: string; credential?: string }[]
}

export type FeedRestarted = { fragment: string; iceSession: string }

export type FeedHandlers = {
  open(
    caller: FeedCaller,
    asked: { kind: FeedKind; showId: string; offer: string },
  ): Promise<FeedOpened>
  /** Undefined: nothing to answer, as with candidates that we need none of. */
  patch(
    caller: FeedCaller,
    place: FeedPlace,
    sent: { fragment: string; ifMatch: string },
  ): Promise<FeedRestarted | undefined>
  end(caller: FeedCaller, place: FeedPlace): Promise<void>
}

type Needs = { doorman: Pick<Doorman, 'whoIs'>; limits: Limits; handlers: FeedHandlers }

const prefix = '/api/v1'
/** OBS waits for 8 s. */
const deadlineMs = 7_000
const offerBytesMax = 64 * 1024
const offerType = 'application/sdp'
const fragmentType = 'application/trickle-ice-sdpfrag'

export function mountFeeds(app: Door, needs: Needs): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    for (const type of [offerType, fragmentType]) {
      scope.addContentTypeParser(
        type,
        { parseAs: 'string', bodyLimit: offerBytesMax },
        (_request, body, done) => done(null, body),
      )
    }
    scope.addHook('onRequest', async (_request, reply) => {
      void reply.headers(openToAllPages)
    })
    scope.addHook('onSend', async (_request, reply) => {
      if (reply.statusCode === 401) void reply.header('www-authenticate', 'Bearer')
    })
    for (const kind of ['whip', 'whep'] as const) {
      mountEndpoint(scope as unknown as Door, kind, needs)
      mountSession(scope as unknown as Door, kind, needs)
    }
  })
}

/** Encoders and players may be pages of anybody: they show a key or need none, never a cookie. */
const openToAllPages = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Location, Link, ETag, Accept-Patch, Retry-After',
  'cache-control': 'no-store',
}

function mountEndpoint(app: Door, kind: FeedKind, { doorman, limits, handlers }: Needs): void {
  const url = `${prefix}/${kind}/:showId`
  const config: object = { route: kind }
  app.options(url, { config }, (_request, reply) =>
    preflight(reply, 'OPTIONS, POST', { 'accept-post': offerType }),
  )
  app.post<{ Params: { showId: string } }>(url, { config }, async (request, reply) => {
    const caller = await callerOf(kind, request, doorman)
    await limits.count(kind, { accountId: caller.who?.accountId, address: caller.address })
    const offer = bodyOf(request, offerType)
    const { showId } = request.params
    const opened = await within(deadlineMs, handlers.open(caller, { kind, showId, offer }))
    const { node, secret, answer, iceSession, iceServers } = opened
    const links = iceServers.flatMap(linksOf)
    if (links.length) void reply.header('link', links.join(', '))
    void reply
      .code(201)
      .header('location', `${prefix}/${kind}/${showId}/${node}/${secret}`)
      .header('etag', `"${iceSession}"`)
      .header('accept-patch', fragmentType)
      .type(offerType)
    return answer
  })
  refuseOtherMethods(app, url, ['OPTIONS', 'POST'])
}

function mountSession(app: Door, kind: FeedKind, { doorman, limits, handlers }: Needs): void {
  const url = `${prefix}/${kind}/:showId/:node/:secret`
  const config: object = { route: `${kind}Session` }
  type Params = { showId: string; node: string; secret: string }
  app.options(url, { config }, (_request, reply) =>
    preflight(reply, 'DELETE, OPTIONS, PATCH', { 'accept-patch': fragmentType }),
  )
  app.patch<{ Params: Params }>(url, { config }, async (request, reply) => {
    const caller = await callerOf(kind, request, doorman)
    await limits.count(kind, { accountId: caller.who?.accountId, address: caller.address })
    const fragment = bodyOf(request, fragmentType)
    const ifMatch = request.headers['if-match']
    if (ifMatch === undefined) {
      throw new Refusal('PRECONDITION_REQUIRED', 'Send If-Match with the ETag of this session.')
    }
    const place = { kind, ...request.params }
    const sent = { fragment, ifMatch }
    const restarted = await within(deadlineMs, handlers.patch(caller, place, sent))
    if (!restarted) return reply.code(204).send()
    void reply.header('etag', `"${restarted.iceSession}"`).type(fragmentType)
    return restarted.fragment
  })
  app.delete<{ Params: Params }>(url, { config }, async (request, reply) => {
    const caller = await callerOf(kind, request, doorman)
    await limits.count(kind, { accountId: caller.who?.accountId, address: caller.address })
    await within(deadlineMs, handlers.end(caller, { kind, ...request.params }))
    return reply.code(200).send('')
  })
  refuseOtherMethods(app, url, ['DELETE', 'OPTIONS', 'PATCH'])
}

/** What an encoder shows may be a stream key: whose it is, the handlers find out. */
async function callerOf(
  kind: FeedKind,
  request: FastifyRequest,
  doorman: Pick<Doorman, 'whoIs'>,
): Promise<FeedCaller> {
  const token = bearerToken(request.headers.authorization)
  const who = kind === 'whep' ? await doorman.whoIs(request) : null
  return { token, who, address: request.ip }
}

function bodyOf(request: FastifyRequest, type: string): string {
  const given = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (given !== type || typeof request.body !== 'string') {
    throw new Refusal('UNSUPPORTED_MEDIA_TYPE', `Send ${type}.`)
  }
  return request.body
}

function preflight(reply: FastifyReply, methods: string, more: Record<string, string>) {
  return reply
    .headers({
      allow: methods,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': 'Authorization, Content-Type, If-Match',
      'access-control-max-age': '86400',
      ...more,
    })
    .code(204)
    .send()
}

function refuseOtherMethods(app: Door, url: string, known: string[]): void {
  const all = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
  app.route({
    method: all.filter((method) => !known.includes(method)),
    url,
    handler: (_request, reply) => {
      void reply.header('allow', known.join(', '))
      throw new Refusal('METHOD_NOT_ALLOWED', `Allowed here: ${known.join(', ')}.`)
    },
  })
}

/** RFC 9725, 4.6: one link for each URL of an ICE server. */
function linksOf({ urls, username, credential }: FeedOpened['iceServers'][number]): string[] {
  const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`
  const keys =
    username === undefined || credential === undefined
      ? ''
      : `; username=${quoted(username)}; credential=${quoted(credential)}; credential-type="password"`
  return [urls].flat().map((url) => `<${url}>; rel="ice-server"${keys}`)
}
