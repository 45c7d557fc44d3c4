import type { Static, TSchema } from 'typebox'

/**
 * Who may call a verb. `anyone` needs no session; `guest` any session; `account` a signed-in
 * person; `moderator` a moderator or the host of the show named in the call; `host` the show's
 * host alone; `owner` the merchant whose thing it is; `admin` admins alone. Admins: `admin: true` where
 * WIRE says so.
 */
export type May = 'anyone' | 'guest' | 'account' | 'moderator' | 'host' | 'owner' | 'admin'

/** One HTTP route: everything that a door, a client, a document and a test need to know. */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below /api/v1, with :params. */
  path: string
  summary: string
  may: May
  admin?: boolean
  /** An API key of a merchant opens it too, one that may only read where it is a GET. Absent: no key does. */
  apiKey?: true
  /** Refused to banned people, where the call names a show. */
  notWhen?: readonly 'banned'[]
  params?: TSchema
  query?: TSchema
  body?: TSchema
  /** Body of the success answer; absent for 204. */
  reply?: TSchema
  status: 200 | 201 | 204
  /** Idempotency-Key: required, or taken when sent. Absent: not read. */
  key?: 'required' | 'optional'
  /** Content type of the request when it is not JSON. */
  takes?: 'text/csv' | 'multipart/form-data' | 'webhook'
}

/** One socket command: payload in, value of the ack out. */
export type Command = {
  summary: string
  may: May
  admin?: boolean
  /** Refused to people under a mute, refused to banned people (both only where the verb is theirs to use). */
  notWhen?: readonly ('muted' | 'banned')[]
  in: TSchema
  out: TSchema
}

export type Routes = Record<string, Route>
export type Commands = Record<string, Command>

export function routes<const R extends Routes>(table: R): R {
  return table
}

export function commands<const C extends Commands>(table: C): C {
  return table
}

type Part<R, K extends string> =
  R extends Record<K, infer S extends TSchema> ? Static<S> : undefined

export type Params<R extends Route> = Part<R, 'params'>
export type Query<R extends Route> = Part<R, 'query'>
export type Body<R extends Route> = Part<R, 'body'>
export type Reply<R extends Route> = Part<R, 'reply'>
export type In<C extends Command> = Static<C['in']>
export type Out<C extends Command> = Static<C['out']>
