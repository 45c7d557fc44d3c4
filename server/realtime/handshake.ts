import { Refusal } from '../base/refusal.ts'

const isToken = (text: string) => /^[A-Za-z0-9_-]{20,200}$/.test(text)

type Handshake = {
  auth: unknown
  headers: { authorization?: string | undefined; cookie?: string | undefined }
}

/** The session token of a handshake: `auth.token`, a bearer, or the cookie; undefined without any. */
export function tokenOf({ auth, headers }: Handshake, cookieName: string): string | undefined {
  const given = auth && typeof auth === 'object' ? (auth as { token?: unknown }).token : undefined
  if (given !== undefined && given !== null) {
    if (typeof given === 'string' && isToken(given)) return given
    throw new Refusal('UNAUTHENTICATED', 'This session has ended. Sign in again.')
  }
  const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
  if (bearer !== undefined) return isToken(bearer) ? bearer : undefined
  const cookies = headers.cookie?.split(';').map((cookie) => cookie.trim()) ?? []
  const value = cookies
    .find((cookie) => cookie.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1)
  return value !== undefined && isToken(value) ? value : undefined
}
