import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Limits } from './limits.ts'

const deviceCookie = 'vitrine_device'
const days = 365

type Needs = { limits: Limits; secret: string; secure: boolean }
export type Devices = ReturnType<typeof createDevices>

/**
 * Guesses at one account are counted by the account, wherever they come from. Strangers who guess must
 * not keep its owner out: a browser that has signed in to it shows so by a cookie, and is counted alone.
 */
export function createDevices({ limits, secret, secure }: Needs) {
  const sign = (nonce: string, email: string) =>
    createHmac('sha256', secret)
      .update(`device:${nonce}:${normal(email)}`)
      .digest('base64url')

  /** The nonce of a browser that this account was opened in before. */
  function known(request: FastifyRequest, email: string): string | undefined {
    const [nonce = '', signature = ''] = (request.cookies[deviceCookie] ?? '').split('.')
    const [right, given] = [Buffer.from(sign(nonce, email)), Buffer.from(signature)]
    return right.length === given.length && timingSafeEqual(right, given) ? nonce : undefined
  }

  return {
    /** Counts a try to sign in; throws RATE_LIMITED. */
    async admit(request: FastifyRequest, email: string): Promise<void> {
      const nonce = known(request, email)
      const name = nonce === undefined ? 'signInFromElsewhere' : 'signInAgain'
      const subject =
        nonce ?? createHmac('sha256', secret).update(normal(email)).digest('base64url')
      await limits.count(name, { accountId: subject, address: request.ip })
    },

    /** This browser has signed in: nobody's guesses elsewhere are counted against it. */
    keep(reply: FastifyReply, email: string): void {
      const nonce = randomBytes(12).toString('base64url')
      void reply.setCookie(deviceCookie, `${nonce}.${sign(nonce, email)}`, {
        path: '/api/v1/sessions',
        httpOnly: true,
        sameSite: 'lax',
        secure,
        maxAge: days * 86_400,
      })
    },
  }
}

const normal = (email: string) => email.trim().toLowerCase()
