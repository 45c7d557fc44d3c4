import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../base/refusal.ts'
import type { Who } from '../base/who.ts'
import { createDevices } from './devices.ts'
import type { Limits } from './limits.ts'
import type { Doorman, Opens } from './mount.ts'

export const sessionCookie = 'vitrine_session'
/** Sessions end by themselves after this long. */
const sessionDays = 30

type Needs = {
  /** The session of a token, or null. */
  findSession(token: string): Promise<Omit<Who, 'address'> | null>
  /** The merchant of an API key, or null. */
  findKey(key: string): Promise<KeyHolder | null>
  limits: Limits
  publicUrl: string
  secret: string
}

type KeyHolder = { keyId: string; accountId: string; displayName: string; writes: boolean }

/** Longer than the token of a session, which may begin in any way. */
const apiKey = /^vk_[A-Za-z0-9_-]{43}$/

export function createDoorman({ findSession, findKey, limits, publicUrl, secret }: Needs): Doorman {
  const secure = publicUrl.startsWith('https://')

  /** Never an admin, whosever it is: a key is for their shop. */
  async function whoseKey(key: string, request: FastifyRequest, opens: Opens): Promise<Who> {
    const found = await findKey(key)
    if (!found) {
      await limits.count('unknownSession', { accountId: undefined, address: request.ip })
      throw new Refusal('UNAUTHENTICATED', 'This API key is not known, or was revoked.')
    }
    await limits.count('apiKey', { accountId: found.accountId, address: request.ip })
    if (!opens.apiKey) throw new Refusal('FORBIDDEN', 'An API key does not open this.')
    if (!found.writes && !isReading(request)) {
      throw new Refusal('FORBIDDEN', 'This API key may only read.')
    }
    const { keyId: sessionId, accountId, displayName } = found
    return { accountId, sessionId, kind: 'account', displayName, address: request.ip }
  }

  return {
    devices: createDevices({ limits, secret, secure }),
    async whoIs(request, opens = {}) {
      const bearer = bearerToken(request.headers.authorization)
      if (bearer !== undefined && apiKey.test(bearer)) return whoseKey(bearer, request, opens)
      const fromCookie = bearer === undefined ? request.cookies[sessionCookie] : undefined
      const token = bearer ?? fromCookie
      if (!token) return null
      const found = await findSession(token)
      if (!found) {
        await limits.count('unknownSession', { accountId: undefined, address: request.ip })
        // An old cookie must not lock anybody out of signing in: it counts as none.
        if (fromCookie !== undefined) return null
        throw new Refusal('UNAUTHENTICATED', 'This session has ended. Sign in again.')
      }
      if (fromCookie !== undefined) mustBeOurPage(request, publicUrl)
      return { ...found, address: request.ip }
    },
    mustBeOurPage(request) {
      if (request.headers.authorization === undefined) mustBeOurPage(request, publicUrl)
    },
    async admit(name, who, address) {
      await limits.count(name, { accountId: who?.accountId, address })
    },
    setSession(reply, token) {
      void reply.setCookie(sessionCookie, token, {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure,
        maxAge: sessionDays * 86_400,
      })
    },
    clearSession(reply: FastifyReply) {
      void reply.clearCookie(sessionCookie, { path: '/' })
    },
  }
}

const bearer = /^Bearer [A-Za-z0-9_-]{20,200}$/

export function bearerToken(header: string | undefined): string | undefined {
  if (!header?.startsWith('Bearer')) return undefined
  if (!bearer.test(header)) {
    throw new Refusal('UNAUTHENTICATED', 'This session has ended. Sign in again.')
  }
  return header.slice('Bearer '.length)
}

const isReading = ({ method }: FastifyRequest) => method === 'GET' || method === 'HEAD'

/** A change that comes with a cookie must come from a page of ours: browsers always say which. */
function mustBeOurPage(request: FastifyRequest, publicUrl: string): void {
  if (isReading(request)) return
  if (isOurOrigin(request.headers.origin, request.headers.host, publicUrl)) return
  throw new Refusal('FORBIDDEN', 'This came from another site, so it was not done.')
}

/** No Origin at all is no browser page; then there is no cookie that a page could have borrowed. */
export function isOurOrigin(
  origin: string | undefined,
  host: string | undefined,
  publicUrl: string,
): boolean {
  if (origin === undefined) return true
  if (origin === publicUrl) return true
  try {
    return publicUrl.startsWith('http://') && new URL(origin).host === host
  } catch {
    return false
  }
}
