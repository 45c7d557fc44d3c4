import type { FastifyReply, FastifyRequest } from 'fastify'
import { Id } from '../../shared/wire/base.ts'
import type { Logger } from '../base/log.ts'
import { escaped } from '../base/markup.ts'
import { Refusal } from '../base/refusal.ts'
import { type Door, sayNo } from './door.ts'
import { type HeadTag, headOf } from './head.ts'
import type { Limits } from './limits.ts'
import { refusalOf } from './problem.ts'
import type { Entry } from './site.ts'

/** What is told elsewhere of a show. */
export type ShowCard = {
  id: string
  title: string
  host: string
  status: string
  cover: string | null
}

export type Windows = {
  publicUrl: string
  card(showId: string): Promise<ShowCard>
  /** What is told elsewhere of somebody who hosts shows. */
  hostCard(hostId: string): Promise<{ displayName: string; shop: string | null }>
  shareTag(showId: string): Promise<string>
  sharePicture(showId: string): Promise<{ bytes: Buffer; tag: string }>
  /** What a short link looks like, and where it leads. */
  codeForm: string
  pathOf(code: string): Promise<string>
  /** The origins that may frame this show's page; throws FORBIDDEN. */
  framers(
    showId: string,
    asked: { token: string | undefined; from: string | undefined },
  ): Promise<string[]>
}

/** With the pages' one entry; undefined where the client is not built. */
type Needs = Windows & { entry: Entry | undefined; limits: Limits }

type ShowParams = { Params: { showId: string }; Querystring: Record<string, unknown> }

/** What oEmbed answers, and what embeds are drawn at when nobody says. */
const embedSize = { width: 400, height: 720 }
const shareSize = { width: 1_200, height: 630 }

/** The pages of a show as the world outside sees them: links, cards, and windows in others' pages. */
export function mountWindows(app: Door, needs: Needs): void {
  const isCode = new RegExp(`^${needs.codeForm}$`)
  const admit = (request: FastifyRequest, name: 'page' | 'sharePicture') =>
    needs.limits.count(name, { accountId: undefined, address: request.ip })
  app.get<ShowParams>('/s/:showId', async (request, reply) => {
    await admit(request, 'page')
    const { showId } = request.params
    if (isCode.test(showId)) {
      void reply.header('cache-control', 'no-cache')
      return reply.redirect(withVia(await needs.pathOf(showId), request.query['via']), 302)
    }
    return sendPage(request, reply, needs, await headOfShow(showId, needs))
  })
  app.get<{ Params: { hostId: string } }>('/h/:hostId', async (request, reply) => {
    await admit(request, 'page')
    return sendPage(request, reply, needs, await headOfHost(request.params.hostId, needs))
  })
  app.get<ShowParams>('/embed/:showId', (request, reply) =>
    sendEmbed(request, reply, needs, () => admit(request, 'page')),
  )
  app.get<{ Querystring: Record<string, unknown> }>('/oembed', async (request, reply) => {
    await admit(request, 'page')
    void reply.headers({
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=300',
    })
    const { format = 'json' } = request.query
    // The standard's own answer for a format that is not spoken.
    return format === 'json' ? oEmbed(request.query, needs) : reply.code(501).send('')
  })
  app.get<{ Params: { name: string } }>('/share/:name', async (request, reply) => {
    const showId = /^(.+)\.jpg$/.exec(request.params.name)?.[1]
    if (showId === undefined) throw new Refusal('NOT_FOUND', 'There is no such picture.')
    await admit(request, 'sharePicture')
    const { bytes, tag } = await needs.sharePicture(mustBeId(showId))
    void reply.headers({
      'cache-control': 'public, max-age=300',
      'cross-origin-resource-policy': 'cross-origin',
      etag: `"${tag}"`,
    })
    if (request.headers['if-none-match'] === `"${tag}"`) return reply.code(304).send()
    return reply.type('image/jpeg').send(bytes)
  })
}

/** Whose link it is goes along. */
function withVia(path: string, via: unknown): string {
  if (typeof via !== 'string') return path
  return `${path}${path.includes('?') ? '&' : '?'}via=${encodeURIComponent(via)}`
}

const isId = new RegExp((Id as unknown as { pattern: string }).pattern)
const isShow = (text: string) => isId.test(text)

/** What is no id is no show either. */
function mustBeId(text: string): string {
  if (!isShow(text)) throw new Refusal('NOT_FOUND', 'There is no such show.')
  return text
}

/** Nothing of a show that is not there: the page itself says so, as for every other address. */
async function headOfShow(showId: string, needs: Needs): Promise<HeadTag[]> {
  const { publicUrl } = needs
  const card = isShow(showId) ? await needs.card(showId).catch(() => undefined) : undefined
  if (!card) return []
  const page = `${publicUrl}/s/${card.id}`
  const image = `${publicUrl}/share/${card.id}.jpg?v=${await needs.shareTag(card.id)}`
  return headOf({
    title: card.title,
    description: descriptionOf(card),
    page,
    image: { url: image, ...shareSize },
    oEmbed: `${publicUrl}/oembed?url=${encodeURIComponent(page)}`,
    type: 'video.other',
  })
}

/** Nothing of somebody who never planned a show: the page itself says so. */
async function headOfHost(hostId: string, { publicUrl, hostCard }: Needs): Promise<HeadTag[]> {
  const card = isId.test(hostId) ? await hostCard(hostId).catch(() => undefined) : undefined
  if (!card) return []
  const { displayName, shop } = card
  const of = shop === null ? displayName : `${displayName}, ${shop}`
  return headOf({
    title: displayName,
    description: `Live shows by ${of}: what is on, what is to come, what was.`,
    page: `${publicUrl}/h/${hostId}`,
    type: 'profile',
  })
}

function descriptionOf({ host, status }: ShowCard): string {
  const now = status === 'live' || status === 'interrupted'
  if (now) return `Live now with ${host}: watch, ask, and buy inside the video.`
  if (status === 'ended') return `A show by ${host}: what was shown, and what can still be had.`
  return `A live show by ${host}: watch, ask, and buy inside the video.`
}

async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { entry }: Needs,
  head: HeadTag[],
): Promise<FastifyReply> {
  if (!entry) throw new Refusal('NOT_FOUND', 'There is nothing here.')
  const html = await entry(request.url)
  const tags = head.map(({ html: tag }) => tag).join('')
  const titled =
    head.length > 0 ? html.replace(/<title>.*?<\/title>|<meta name="description"[^>]*>/g, '') : html
  return reply
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(titled.replace('</head>', () => `${tags}</head>`))
}

/** The same page, which others may frame; whoever may not is told why, and frames nothing. */
async function sendEmbed(
  request: FastifyRequest<ShowParams>,
  reply: FastifyReply,
  needs: Needs,
  admit: () => Promise<void>,
): Promise<FastifyReply> {
  const { showId } = request.params
  const { token } = request.query
  const from = framedBy(request)
  try {
    await admit()
    if (token !== undefined && typeof token !== 'string') {
      throw new Refusal('VALIDATION', 'token stands once.')
    }
    const framers = await needs.framers(mustBeId(showId), { token, from })
    openTo(reply, ["'self'", ...framers])
    return await sendPage(request, reply, needs, [])
  } catch (error) {
    const refusal = refusalOf(error, request.log as Logger, request.id)
    // The refusal itself may be read where it was asked for: it says nothing that is not known there.
    if (from !== undefined) openTo(reply, [from])
    void reply.header('cache-control', 'no-store')
    if (!accepts(request, 'text/html')) {
      sayNo(reply, refusal, request.id)
      return reply
    }
    return reply
      .code(refusal.status)
      .header('x-vitrine-code', refusal.code)
      .type('text/html; charset=utf-8')
      .send(refusedPage(refusal, needs.publicUrl, showId))
  }
}

const accepts = (request: FastifyRequest, type: string) =>
  (request.headers.accept ?? '').includes(type)

/** Browsers name the page that frames by its origin; a page may also keep it to itself. */
function framedBy(request: FastifyRequest): string | undefined {
  const dest = request.headers['sec-fetch-dest']
  if (dest !== undefined && dest !== 'iframe') return undefined
  const { referer } = request.headers
  if (referer === undefined || !URL.canParse(referer)) return undefined
  const { origin } = new URL(referer)
  return /^https?:\/\/[A-Za-z0-9.[\]:-]+$/.test(origin) ? origin : undefined
}

function openTo(reply: FastifyReply, origins: string[]): void {
  const policy = String(reply.getHeader('content-security-policy'))
  void reply.header(
    'content-security-policy',
    policy.replace(/frame-ancestors [^;]*/, `frame-ancestors ${origins.join(' ')}`),
  )
  void reply.removeHeader('x-frame-options')
}

function refusedPage({ code, message }: Refusal, publicUrl: string, showId: string): string {
  const link = `${publicUrl}/s/${encodeURIComponent(showId)}`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${code}</title>
<body style="font:16px/1.5 system-ui,sans-serif;display:grid;place-content:center;min-height:90vh;padding:1rem;text-align:center">
<p>This show cannot be shown here.<br><small>${escaped(message)}</small></p><p><a href="${escaped(link)}" target="_blank" rel="noopener">Open it in its own window</a></p>`
}

/** https://oembed.com, type `video`: an iframe, which shows where the shop lets it. */
async function oEmbed(query: Record<string, unknown>, needs: Needs): Promise<object> {
  const { publicUrl } = needs
  const { url, maxwidth, maxheight } = query
  const showId = await showAt(url, needs)
  const card = await needs.card(mustBeId(showId))
  const width = sizeOf(maxwidth, embedSize.width, '/maxwidth')
  const height = sizeOf(maxheight, embedSize.height, '/maxheight')
  const src = `${publicUrl}/embed/${card.id}`
  return {
    version: '1.0',
    type: 'video',
    title: card.title,
    author_name: card.host,
    provider_name: 'Vitrine',
    provider_url: publicUrl,
    cache_age: 300,
    thumbnail_url: `${publicUrl}/share/${card.id}.jpg`,
    thumbnail_width: shareSize.width,
    thumbnail_height: shareSize.height,
    width,
    height,
    html: `<iframe src="${src}" width="${width}" height="${height}" title="${escaped(card.title)}" style="border:0" allow="${frameAllow}" loading="lazy"></iframe>`,
  }
}

/** What the page inside may do there. */
const frameAllow = 'autoplay; fullscreen; picture-in-picture; clipboard-write; web-share'

/** The show that an address of ours is about, by its long or its short link. */
async function showAt(url: unknown, { publicUrl, codeForm, pathOf }: Needs): Promise<string> {
  const missing = new Refusal('NOT_FOUND', 'That is no address of a show here.')
  if (typeof url !== 'string' || !URL.canParse(url)) throw missing
  const { origin, pathname } = new URL(url)
  const name = /^\/(?:s|embed)\/([^/]+)$/.exec(pathname)?.[1]
  if (origin !== publicUrl || name === undefined) throw missing
  if (!new RegExp(`^${codeForm}$`).test(name)) return name
  return new URL(await pathOf(name), publicUrl).pathname.slice('/s/'.length)
}

function sizeOf(given: unknown, usual: number, pointer: string): number {
  if (given === undefined) return usual
  const number = Number(given)
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    const detail = 'is a number of pixels'
    throw new Refusal('VALIDATION', `${pointer.slice(1)} ${detail}.`, {
      errors: [{ pointer, detail }],
    })
  }
  return Math.min(number, usual)
}
