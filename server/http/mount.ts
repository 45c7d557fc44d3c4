import multipart, { type MultipartFile } from '@fastify/multipart'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Empty, Key } from '../../shared/wire/base.ts'
import type { Body, Params, Query, Reply, Route, Routes } from '../../shared/wire/contract.ts'
import { checker, looseChecker } from '../base/check.ts'
import { within } from '../base/deadline.ts'
import { Refusal } from '../base/refusal.ts'
import type { Who } from '../base/who.ts'
import type { Devices } from './devices.ts'
import type { Door } from './door.ts'

const prefix = '/api/v1'
/** An answer or UNAVAILABLE by then; placing an order may ask the payment provider. */
const deadlineMs = 5_000
const slowDeadlineMs = 10_000
/** A CSV of a large shop; a picture from a phone. */
const csvBytesMax = 5 * 1024 * 1024
const pictureBytesMax = 15 * 1024 * 1024
/** Providers' events are a few kilobytes. */
const webhookBytesMax = 64 * 1024

/** What a handler is given: only what its contract names, checked. */
export type Call<R extends Route> = {
  /** Present as the contract's `may` says; null only where anyone may. */
  who: R['may'] extends 'anyone' ? Who | null : Who
  params: Params<R>
  query: Query<R>
  body: R['takes'] extends string ? unknown : Body<R>
  /** Idempotency-Key, where the contract takes one. */
  key: R['key'] extends 'required' ? string : string | undefined
  address: string
  headers: Record<string, string | string[] | undefined>
  /** The uploaded file of a multipart route. */
  file(): Promise<{ type: string; read(): Promise<Buffer> } | undefined>
  setSession(token: string): void
  clearSession(): void
  /** Counts the call by this name too; throws RATE_LIMITED. */
  admit(name: string): Promise<void>
  /** Counts a try to sign in to this account; throws RATE_LIMITED. */
  admitSignIn(email: string): Promise<void>
  /** This browser is one of this account's. */
  keepDevice(email: string): void
}

export type Handlers<T extends Routes> = {
  [K in keyof T]: (call: Call<T[K]>) => Promise<Reply<T[K]> | undefined> | Promise<void>
}

/** What opens a route besides sessions; API keys do not, unless it says so. */
export type Opens = Pick<Route, 'apiKey'>

export type Doorman = {
  /** Who is asking; null without a session; throws UNAUTHENTICATED for a bad one, FORBIDDEN for a key that does not open this. */
  whoIs(request: FastifyRequest, opens?: Opens): Promise<Who | null>
  /** Throws FORBIDDEN for a change that a page of another site asks for without a bearer token. */
  mustBeOurPage(request: FastifyRequest): void
  /** Counts the call; throws RATE_LIMITED. */
  admit(name: string, who: Who | null, address: string): Promise<void>
  setSession(reply: FastifyReply, token: string): void
  clearSession(reply: FastifyReply): void
  devices: Devices
}

/** Puts a feature's handlers behind the door: session, limits, schema, then one verb. */
export function mount<T extends Routes>(
  app: Door,
  doorman: Doorman,
  table: T,
  handlers: Handlers<T>,
): void {
  for (const [name, route] of Object.entries(table)) {
    const handler = handlers[name as keyof T] as (call: Call<Route>) => Promise<unknown>
    const take = route.takes && takers[route.takes]
    if (!take) mountOne(app, doorman, name, route, handler)
    else {
      void app.register(async (scope) => {
        await take(scope)
        mountOne(scope, doorman, name, route, handler)
      })
    }
  }
}

/** What is not JSON is taken by those routes alone that are for it. */
const takers = {
  'text/csv': takeCsv,
  'multipart/form-data': takeFiles,
  webhook: takeRawBodies,
}

async function takeCsv(scope: Door): Promise<void> {
  scope.addContentTypeParser(
    'text/csv',
    { parseAs: 'string', bodyLimit: csvBytesMax },
    (_request, body, done) => done(null, body),
  )
}

/** Its library has two hooks and a listener for every request of where it is registered. */
async function takeFiles(scope: Door): Promise<void> {
  await scope.register(multipart, {
    limits: { fileSize: pictureBytesMax, files: 1, fields: 0, parts: 1, headerPairs: 20 },
  })
}

/** A signature covers bytes: a webhook's body is handed on as it came, whatever it calls itself. */
async function takeRawBodies(scope: Door): Promise<void> {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: webhookBytesMax },
    (_request, body, done) => done(null, body),
  )
}

function mountOne(
  app: Door,
  doorman: Doorman,
  name: string,
  route: Route,
  handler: (call: Call<Route>) => Promise<unknown>,
): void {
  const read = reader(route)
  const limitMs = name === 'place' || route.takes ? slowDeadlineMs : deadlineMs
  const admitted = new WeakMap<FastifyRequest, { who: Who | null; tookMs: number }>()
  async function letIn(request: FastifyRequest): Promise<void> {
    const from = performance.now()
    const who = await doorman.whoIs(request, route)
    mustBeSomebody(route, who)
    await doorman.admit(name, who, request.ip)
    admitted.set(request, { who, tookMs: performance.now() - from })
  }
  async function answer(
    who: Who | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<unknown> {
    return handler(new Errand(who, read(request), { doorman, request, reply }) as Call<Route>)
  }
  app.route({
    method: route.method,
    url: prefix + route.path,
    config: { route: name },
    /** Before the body is read: who may not send one cannot make us keep megabytes of it. */
    async onRequest(request, reply) {
      // Answers are for one person: no cache between here and there keeps them.
      void reply.header('cache-control', 'no-store')
      // Also without a session: signing in leaves a cookie in the browser of whoever was led here.
      doorman.mustBeOurPage(request)
      await within(deadlineMs, letIn(request))
    },
    async handler(request, reply) {
      const { who = null, tookMs = 0 } = admitted.get(request) ?? {}
      // One deadline for both; what the body takes on its way is the caller's time.
      const value = await within(limitMs - tookMs, answer(who, request, reply))
      void reply.code(route.status)
      return route.status === 204 ? reply.send() : value
    },
  })
}

function mustBeSomebody(route: Route, who: Who | null): void {
  if (route.may === 'anyone') return
  if (!who || (route.may !== 'guest' && who.kind === 'guest')) {
    throw new Refusal('UNAUTHENTICATED', 'Sign in first.')
  }
}

function reader(route: Route) {
  const params = route.params && looseChecker<unknown>(route.params)
  const query = route.query ? looseChecker<unknown>(route.query) : checker<unknown>(Empty)
  const body = route.body && checker<unknown>(route.body)
  const bodyMayBeAbsent = route.body !== undefined && '~optional' in route.body
  const key = checker<string>(Key)
  return (request: FastifyRequest): Given => ({
    params: params?.(request.params),
    query: query(request.query),
    body: readBody(request.body),
    key: readKey(request.headers['idempotency-key']),
  })

  function readBody(given: unknown): unknown {
    if (route.takes) return given
    if (!body) {
      // A body where none is taken is a mistake worth telling, except an empty object.
      if (given === undefined || given === null || isEmptyObject(given)) return undefined
      throw new Refusal('VALIDATION', 'This takes no body.')
    }
    if (bodyMayBeAbsent && (given === undefined || given === null)) return undefined
    return body(given ?? null)
  }

  function readKey(given: string | string[] | undefined): string | undefined {
    if (!route.key) return undefined
    if (given === undefined) {
      if (route.key === 'optional') return undefined
      throw new Refusal('VALIDATION', 'Send an Idempotency-Key header.', {
        errors: [{ pointer: '/headers/idempotency-key', detail: 'is missing' }],
      })
    }
    try {
      return key(given)
    } catch {
      throw new Refusal('VALIDATION', 'Idempotency-Key: 1 to 128 visible ASCII characters.', {
        errors: [{ pointer: '/headers/idempotency-key', detail: 'is not a key' }],
      })
    }
  }
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

type Given = { params: unknown; query: unknown; body: unknown; key: string | undefined }
type Counter = { doorman: Doorman; request: FastifyRequest; reply: FastifyReply }

/** A call. A class, because most calls ask for none of what it can do, and each function made is garbage. */
class Errand {
  readonly who: Who | null
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  readonly key: string | undefined
  readonly #at: Counter

  constructor(who: Who | null, { params, query, body, key }: Given, at: Counter) {
    this.who = who
    this.params = params
    this.query = query
    this.body = body
    this.key = key
    this.#at = at
  }

  get address() {
    return this.#at.request.ip
  }

  get headers() {
    return this.#at.request.headers
  }

  async file() {
    const { request } = this.#at
    if (!request.isMultipart()) {
      throw new Refusal('UNSUPPORTED_MEDIA_TYPE', 'Send multipart/form-data with a field `file`.')
    }
    const part = await request.file()
    return part && { type: part.mimetype, read: () => wholeFile(part) }
  }

  setSession(token: string): void {
    this.#at.doorman.setSession(this.#at.reply, token)
  }

  clearSession(): void {
    this.#at.doorman.clearSession(this.#at.reply)
  }

  admit(name: string): Promise<void> {
    return this.#at.doorman.admit(name, this.who, this.address)
  }

  admitSignIn(email: string): Promise<void> {
    return this.#at.doorman.devices.admit(this.#at.request, email)
  }

  keepDevice(email: string): void {
    this.#at.doorman.devices.keep(this.#at.reply, email)
  }
}

/** The library itself misses a file that is cut off at its very last piece. */
async function wholeFile(part: MultipartFile): Promise<Buffer> {
  const bytes = await part.toBuffer()
  if (!part.file.truncated) return bytes
  throw new Refusal('PAYLOAD_TOO_LARGE', 'That is larger than this door takes.')
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** A known path with another method is METHOD_NOT_ALLOWED, and says what is allowed. */
export function closeMethods(app: Door, tables: Routes[]): void {
  const taken = new Map<string, Set<string>>()
  for (const route of tables.flatMap((table) => Object.values(table))) {
    const known = taken.get(route.path) ?? new Set()
    taken.set(route.path, known.add(route.method))
  }
  for (const [path, known] of taken) {
    const rest = methods.filter((method) => !known.has(method))
    if (rest.length === 0) continue
    app.route({
      method: rest,
      url: prefix + path,
      handler: (_request, reply) => {
        void reply.header('allow', [...known].join(', '))
        throw new Refusal('METHOD_NOT_ALLOWED', `Allowed here: ${[...known].join(', ')}.`)
      },
    })
  }
}
