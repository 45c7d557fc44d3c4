import { computed, signal } from '@preact/signals'
import type { Me } from '../../shared/wire/accounts.ts'
import { keepToken } from './framed.ts'
import { call } from './http.ts'
import { asRefused } from './refused.ts'
import { reopenSocket } from './socket.ts'

/** Who I am: undefined while asking, null when nobody yet. */
export const me = signal<Me | null | undefined>(undefined)
export const signedIn = computed(() => me.value != null && me.value.account.kind !== 'guest')

let opening: Promise<void> | null = null

/** Asks once who I am. */
export function openSession(): Promise<void> {
  opening ??= ask()
  return opening
}

async function ask(): Promise<void> {
  try {
    const session = await call('GET', '/sessions/current')
    me.value = session.me
    if (session.me === null) keepToken(null)
  } catch (thrown) {
    // Without an answer nobody is signed out: watching goes on, and the next call asks again.
    me.value = null
    if (asRefused(thrown).code === 'UNAUTHENTICATED') keepToken(null)
    else opening = null
  }
}

/** Watching needs a session and nobody should have to ask for one: make a guest. */
export async function ensureSession(): Promise<void> {
  await openSession()
  if (me.value !== null) return
  const { account, token } = await call('POST', '/sessions/guest')
  keepToken(token)
  me.value = { account, addresses: [] }
  reopenSocket()
}

export async function signIn(email: string, password: string): Promise<void> {
  await entered(await call('POST', '/sessions', { body: { email, password } }))
}

export async function signUp(email: string, password: string, displayName: string): Promise<void> {
  await entered(await call('POST', '/accounts', { body: { email, password, displayName } }))
}

export async function resetPassword(token: string, password: string): Promise<void> {
  await entered(await call('POST', '/passwords/reset', { body: { token, password } }))
}

async function entered({ token }: { token: string }): Promise<void> {
  keepToken(token)
  me.value = await call('GET', '/me')
  reopenSocket()
}

export async function signOut(): Promise<void> {
  await call('DELETE', '/sessions/current')
  keepToken(null)
  me.value = null
  reopenSocket()
}

/** After a change to the address book or the name. */
export async function refreshMe(): Promise<void> {
  me.value = await call('GET', '/me')
}
