import { createHmac } from 'node:crypto'
import { limits } from '../limits.ts'

export type IceServer = { urls: string | string[]; username?: string; credential?: string }

/**
 * The ICE servers for one account. Where coturn shares a secret with us (`use-auth-secret`), TURN
 * entries get a name that carries its own end and a credential that proves we wrote it, so that
 * nobody holds a password that outlives the show.
 */
export function iceServersFor(
  accountId: string,
  servers: readonly IceServer[],
  given: { turnSecret?: string | undefined; nowMs: number },
): IceServer[] {
  const { turnSecret, nowMs } = given
  if (!turnSecret) return [...servers]
  const username = `${Math.floor((nowMs + limits.turnMs) / 1_000)}:${accountId}`
  const credential = createHmac('sha1', turnSecret).update(username).digest('base64')
  return servers.map((server) => (isTurn(server) ? { ...server, username, credential } : server))
}

function isTurn({ urls }: IceServer): boolean {
  return [urls].flat().some((url) => /^turns?:/i.test(url))
}
