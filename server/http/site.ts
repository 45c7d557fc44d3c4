import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import { Refusal } from '../base/refusal.ts'
import { type Door, sayNo } from './door.ts'

const built = fileURLToPath(new URL('../../client/dist', import.meta.url))
/** What never changes may be kept for a year: longer means nothing to caches. */
const yearSeconds = 31_536_000

/** The one entry of all pages, for an address. */
export type Entry = (url: string) => Promise<string>

/** Served under one name for ever, to pages of others: a new one is seen within minutes. */
const outerScript = '/embed/v1.js'

/**
 * The pages. Built files under /assets carry their hash and are cached for ever; every other page
 * address answers the one entry, which is never cached.
 */
export async function mountSite(
  app: Door,
  { dev, dist = built }: { dev: boolean; dist?: string | undefined },
): Promise<Entry | undefined> {
  if (dev) return mountVite(app)
  const entry = `${dist}/index.html`
  if (!existsSync(entry)) {
    app.log.warn('the client is not built: pages answer 404. Run `npm run build`.')
    app.setNotFoundHandler((request, reply) => sayNotFound(reply, request.id))
    return undefined
  }
  await app.register(fastifyStatic, {
    root: dist,
    index: false,
    wildcard: false,
    setHeaders(reply, path) {
      if (path.endsWith(outerScript)) {
        void reply.header('cross-origin-resource-policy', 'cross-origin')
        void reply.header('access-control-allow-origin', '*')
        void reply.header('cache-control', 'public, max-age=600')
        return
      }
      const forever = `public, max-age=${yearSeconds}, immutable`
      void reply.header('cache-control', path.includes('/assets/') ? forever : 'no-cache')
    },
  })
  const html = readFileSync(entry)
  app.setNotFoundHandler((request, reply) => {
    if (isPage(request.method, request.url, request.headers.accept)) {
      void reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(html)
      return
    }
    sayNotFound(reply, request.id)
  })
  const text = html.toString()
  return async () => text
}

function sayNotFound(reply: FastifyReply, requestId: string): void {
  sayNo(reply, new Refusal('NOT_FOUND', 'There is nothing here.'), requestId)
}

function isPage(method: string, url: string, accept: string | undefined): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  const path = url.split('?', 1)[0] ?? '/'
  if (path.startsWith('/api/') || path.startsWith('/assets/') || path.startsWith('/pictures/'))
    return false
  return (accept ?? '').includes('text/html') && !/\.[a-z0-9]+$/i.test(path)
}

/** Vite on our own port, with hot reload: only in `npm run dev`. */
async function mountVite(app: Door): Promise<Entry> {
  const { createServer } = await import('vite')
  const root = fileURLToPath(new URL('../../client', import.meta.url))
  const vite = await createServer({
    configFile: fileURLToPath(new URL('../../client/vite.config.ts', import.meta.url)),
    root,
    appType: 'spa',
    server: { middlewareMode: true, hmr: { server: app.server, path: '/__hmr' } },
  })
  app.addHook('onClose', () => vite.close())
  app.setNotFoundHandler((request, reply) => {
    if (request.url.startsWith('/api/v1/')) {
      sayNotFound(reply, request.id)
      return
    }
    void reply.hijack()
    vite.middlewares(request.raw, reply.raw, () => {
      reply.raw.statusCode = 404
      reply.raw.end()
    })
  })
  app.get(outerScript, (_request, reply) => reply.redirect('/outer/element.ts'))
  return (url) => vite.transformIndexHtml(url, readFileSync(`${root}/index.html`, 'utf8'))
}
