import type { BodyOf, Method, ParamsOf, PathOf, QueryOf, ReplyOf } from './contract.ts'
import { framed, ownToken } from './framed.ts'
import { Refused, refusedBy } from './refused.ts'

/** No answer for this long: the outcome is unknown, and the page says so. */
const deadlineMs = 15_000
/** A picture or a whole shop on the line of a phone: 5 MB at 350 kbit/s. */
const uploadMs = 120_000

type Need<K extends string, T> = [T] extends [undefined]
  ? object
  : {} extends T
    ? { [P in K]?: T }
    : { [P in K]: T }

type Ask<M extends Method, P> = Need<'params', ParamsOf<M, P>> &
  Need<'body', BodyOf<M, P>> & { query?: QueryOf<M, P>; key?: string; signal?: AbortSignal }

type Args<M extends Method, P> = object extends Ask<M, P> ? [ask?: Ask<M, P>] : [ask: Ask<M, P>]

type Loose = {
  params?: Record<string, string>
  query?: Record<string, unknown>
  body?: unknown
  key?: string
  signal?: AbortSignal
}

/**
 * One HTTP call, typed by the contract: `call('GET', '/shows/:id', { params: { id } })`.
 * Answers the reply's body or throws `Refused`.
 */
export async function call<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  ...[ask]: Args<M, P>
): Promise<ReplyOf<M, P>> {
  const loose = (ask ?? {}) as Loose
  const body = loose.body === undefined && method !== 'GET' ? {} : loose.body
  const sent = method === 'GET' || method === 'DELETE' ? undefined : JSON.stringify(body)
  const answer = await send(`/api/v1${filled(path, loose)}`, {
    method,
    headers: {
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...(loose.key === undefined ? {} : { 'idempotency-key': loose.key }),
    },
    ...(sent === undefined ? {} : { body: sent }),
    ...(loose.signal === undefined ? {} : { signal: loose.signal }),
  })
  return (await read(answer)) as ReplyOf<M, P>
}

/** A file: a picture or a CSV. The browser writes the content type of a form itself. */
export async function upload<T>(path: string, body: FormData | string, type?: string): Promise<T> {
  const headers = type === undefined ? {} : { 'content-type': type }
  const sent = send(`/api/v1${path}`, { method: 'POST', body, headers }, uploadMs)
  return (await read(await sent)) as T
}

/** An absolute address that the server itself gave: a payment's payUrl. */
export async function postTo<T>(url: string, body: unknown): Promise<T> {
  const here = new URL(url, location.href)
  const same = here.pathname.startsWith('/api/v1/') ? `${here.pathname}${here.search}` : here.href
  const headers = { 'content-type': 'application/json' }
  return (await read(
    await send(same, { method: 'POST', headers, body: JSON.stringify(body) }),
  )) as T
}

/** Made once per intention and kept until there is an answer: a repeat has one result. */
export function newKey(): string {
  return crypto.randomUUID()
}

function filled(path: string, { params, query }: Loose): string {
  const at = path.replace(/:(\w+)/g, (_all, name: string) =>
    encodeURIComponent(params?.[name] ?? ''),
  )
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) search.set(name, String(value))
  }
  return search.size > 0 ? `${at}?${search}` : at
}

async function send(url: string, init: RequestInit, withinMs = deadlineMs): Promise<Response> {
  const limit = AbortSignal.timeout(withinMs)
  const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit
  try {
    return await fetch(url, { ...init, ...identity(url, init), signal })
  } catch (cause) {
    if (init.signal?.aborted) throw cause
    throw new Refused('OFFLINE', 'no answer from the server')
  }
}

/** The cookie says who asks; in a frame the page does, to nobody but our own server. */
function identity(url: string, init: RequestInit): RequestInit {
  const token = url.startsWith('/') ? ownToken() : null
  const credentials = framed ? 'omit' : 'same-origin'
  if (token === null) return { credentials }
  const headers = { ...(init.headers as object), authorization: `Bearer ${token}` }
  return { credentials, headers }
}

async function read(answer: Response): Promise<unknown> {
  if (answer.status === 204) return undefined
  const body: unknown = await answer.json().catch(() => null)
  if (!answer.ok) throw refusedBy((body ?? {}) as object, answer.status)
  // It broke off on the way: what was done is done, and nobody here knows.
  if (body === null) throw new Refused('OFFLINE', 'the answer did not arrive whole')
  return body
}
