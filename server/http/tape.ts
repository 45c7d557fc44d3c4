import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Id } from '../../shared/wire/base.ts'
import { checker } from '../base/check.ts'
import { within } from '../base/deadline.ts'
import { notFound, Refusal } from '../base/refusal.ts'
import type { Who } from '../base/who.ts'
import type { Door } from './door.ts'
import type { Limits } from './limits.ts'
import type { Doorman } from './mount.ts'

/**
 * HLS: the running show at /live, a recording at /recording, each a playlist and the files that it
 * names; and /live/still.jpg. Whoever may see the show may have them, with a session or without one.
 */

export type TapeCaller = { who: Who | null; address: string }

/** What a player has already: it wants the playlist that has that. */
export type TapePosition = { n: number; part: number | undefined }

export type TapeFile = {
  bytes: number
  read(range: { from: number; to: number }): Promise<Readable | Buffer>
}

export type TapeHandlers = {
  livePlaylist(
    caller: TapeCaller,
    showId: string,
    wanted: TapePosition | undefined,
  ): Promise<string>
  liveFile(caller: TapeCaller, showId: string, name: string): Promise<TapeFile>
  /** What the running show looks like just now, as JPEG; nothing where no picture is on tape. */
  still(caller: TapeCaller, showId: string): Promise<Buffer | undefined>
  playlist(caller: TapeCaller, showId: string): Promise<string>
  file(caller: TapeCaller, showId: string, name: string): Promise<TapeFile>
}

type Needs = { doorman: Pick<Doorman, 'whoIs'>; limits: Limits; handlers: TapeHandlers }

const prefix = '/api/v1/shows/:id'
/** A player waits for what is just being made; then it gets what is there. */
const deadlineMs = 8_000
const playlistType = 'application/vnd.apple.mpegurl'
const playlistCaching = 'no-cache'
const stillCaching = 'public, max-age=10'
/** No file ever changes. Those of a running show are for all, also from caches between; of a
 * recording, which may be hidden, for this person alone. */
const caching = {
  live: 'public, max-age=300, immutable',
  kept: 'private, max-age=86400, immutable',
} as const

type Params = { id: string; name: string }

export function mountTape(app: Door, needs: Needs): void {
  const { handlers } = needs
  const get = (url: string, answer: Answer) => {
    app.get<{ Params: Params }>(`${prefix}${url}`, { config: { route: 'tape' } as object }, answer)
  }
  get('/live/index.m3u8', async (request, reply) => {
    const caller = await callerOf(request, needs)
    const wanted = positionOf(request.query as Record<string, unknown>)
    const text = handlers.livePlaylist(caller, showOf(request), wanted)
    return playlist(reply, await within(deadlineMs, text))
  })
  get('/live/still.jpg', async (request, reply) => {
    const caller = await callerOf(request, needs)
    const picture = await within(deadlineMs, handlers.still(caller, showOf(request)))
    // A lobby asks for every window that is lit: one without a picture yet is no fault of anybody.
    if (picture === undefined) return reply.code(204).send()
    return reply.header('cache-control', stillCaching).type('image/jpeg').send(picture)
  })
  get('/live/:name', async (request, reply) => {
    const caller = await callerOf(request, needs)
    const found = handlers.liveFile(caller, showOf(request), request.params.name)
    return file(request, reply, { ...(await within(deadlineMs, found)), caching: caching.live })
  })
  get('/recording/index.m3u8', async (request, reply) => {
    const caller = await callerOf(request, needs)
    return playlist(reply, await within(deadlineMs, handlers.playlist(caller, showOf(request))))
  })
  get('/recording/:name', async (request, reply) => {
    const caller = await callerOf(request, needs)
    const found = handlers.file(caller, showOf(request), request.params.name)
    return file(request, reply, { ...(await within(deadlineMs, found)), caching: caching.kept })
  })
}

type Answer = (request: FastifyRequest<{ Params: Params }>, reply: FastifyReply) => Promise<unknown>

async function callerOf(request: FastifyRequest, { doorman, limits }: Needs): Promise<TapeCaller> {
  const who = await doorman.whoIs(request)
  await limits.count('tape', { accountId: who?.accountId, address: request.ip })
  return { who, address: request.ip }
}

const isId = checker<string>(Id)

/** What is no id is no show either. */
function showOf(request: FastifyRequest<{ Params: Params }>): string {
  try {
    return isId(request.params.id)
  } catch {
    throw notFound('show')
  }
}

/** Of LL-HLS: the segment, and perhaps the part of it, that the playlist must have. */
function positionOf({ _HLS_msn: n, _HLS_part: part }: Record<string, unknown>) {
  if (n === undefined && part === undefined) return undefined
  return {
    n: count('_HLS_msn', n),
    part: part === undefined ? undefined : count('_HLS_part', part),
  }
}

function count(name: string, given: unknown): number {
  if (typeof given === 'string' && /^\d{1,9}$/.test(given)) return Number(given)
  const detail = `${name} is a whole number.`
  throw new Refusal('VALIDATION', detail, { errors: [{ pointer: `/${name}`, detail }] })
}

function playlist(reply: FastifyReply, text: string) {
  void reply.header('cache-control', playlistCaching).type(playlistType)
  return text
}

async function file(
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, read, caching }: TapeFile & { caching: string },
) {
  const range = rangeOf(request.headers.range, bytes)
  const { from, to } = range ?? { from: 0, to: bytes - 1 }
  void reply
    .headers({
      'cache-control': caching,
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-length': to - from + 1,
      ...(range && { 'content-range': `bytes ${from}-${to}/${bytes}` }),
    })
    .code(range ? 206 : 200)
    .type('video/mp4')
  return reply.send(request.method === 'HEAD' ? '' : await read({ from, to }))
}

/** One range of bytes (RFC 9110, 14); what is no such range is not one, and all is sent. */
function rangeOf(header: string | undefined, bytes: number) {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  const [, first = '', last = ''] = match ?? []
  if (!match || (first === '' && last === '')) return undefined
  const from = first === '' ? Math.max(0, bytes - Number(last)) : Number(first)
  const to = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  if (from < bytes && from <= to) return { from, to }
  throw new Refusal('RANGE_NOT_SATISFIABLE', `There are ${bytes} bytes of it, no more.`)
}
