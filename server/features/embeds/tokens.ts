import { createHmac, timingSafeEqual } from 'node:crypto'
import { embedTokenMsMax } from '../../../shared/limits.ts'
import { Refusal } from '../../base/refusal.ts'

/**
 * A token is a JWT (HS256), so that a merchant's server can sign one with any library: `show`,
 * `origin`, and `exp` at most an hour ahead. No other algorithm is read.
 */
export type EmbedClaims = { show: string; origin: string; exp: number }

const head = encode({ alg: 'HS256', typ: 'JWT' })
/** Clocks of other people's servers are off by this much. */
const skewMs = 60_000
const tokenMax = 1_000

export function signToken(secret: string, claims: EmbedClaims): string {
  const signed = `${head}.${encode(claims)}`
  return `${signed}.${mac(secret, signed).toString('base64url')}`
}

/** Throws FORBIDDEN for what was not signed with this secret, or is over. */
export function readToken(secret: string, token: string, nowMs: number): EmbedClaims {
  const [header = '', claims = '', signature = '', ...rest] = token.slice(0, tokenMax).split('.')
  if (rest.length > 0 || !isOurHead(header)) throw refused('This is no embed token.')
  const given = Buffer.from(signature, 'base64url')
  const right = mac(secret, `${header}.${claims}`)
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    throw refused('This embed token was not signed with the secret of this shop.')
  }
  const read = decode(claims) as Partial<EmbedClaims> | undefined
  const { show, origin, exp } = read ?? {}
  if (typeof show !== 'string' || typeof origin !== 'string' || typeof exp !== 'number') {
    throw refused('An embed token has show, origin and exp.')
  }
  const leftMs = exp * 1_000 - nowMs
  if (leftMs < -skewMs) throw refused('This embed token is over.')
  if (leftMs > embedTokenMsMax + skewMs) throw refused('This embed token lasts too long.')
  return { show, origin, exp }
}

/** Order and white space of a header are its writer's own; the algorithm is not. */
function isOurHead(header: string): boolean {
  const read = decode(header) as { alg?: unknown } | undefined
  return read?.alg === 'HS256'
}

function mac(secret: string, text: string): Buffer {
  return createHmac('sha256', secret).update(text).digest()
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

const refused = (why: string) => new Refusal('FORBIDDEN', why)
