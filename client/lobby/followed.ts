import type { Show } from '../../shared/wire/shows.ts'
import { call } from '../api/http.ts'
import { openSession, signedIn } from '../api/session.ts'

type Shows = { on: Show[]; later: Show[] }

export const nobodys: Shows = { on: [], later: [] }

/**
 * What is on, and to come, by hosts whom one follows. Asked beside the lists of everybody, which stay the same for
 * all; without an answer the street is as it is for others.
 */
export async function followedShows(): Promise<Shows> {
  await openSession()
  if (!signedIn.value) return nobodys
  return call('GET', '/me/following/shows').catch(() => nobodys)
}
