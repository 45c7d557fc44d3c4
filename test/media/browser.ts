import { type Browser, chromium, type Page } from 'playwright-core'
import { createServer, type ViteDevServer } from 'vite'
import { Refusal } from '../../server/base/refusal.ts'
import type { Media, MediaPeer } from '../../server/media/media.ts'

/** What the page in `page/` offers; functions given to `evaluate` run there. */
declare global {
  var media: {
    push(name: string, payload: unknown): void
    lineUp(): void
    host(showId: string): Promise<void>
    view(showId: string): void
    state(): { at: string; why?: string }
    health(): Promise<{ layers: { rid: string; width: number; bitrate: number }[] }>
    frames(): { shown: number; width: number }
  }
}

/** Chromium with the project's own media client, talking to a media room in this process. */
export type Studio = {
  page: (media: Media, accountId: string) => Promise<Page>
  close: () => Promise<void>
}

export async function openStudio(): Promise<Studio> {
  const root = new URL('../..', import.meta.url).pathname
  const vite: ViteDevServer = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    cacheDir: 'node_modules/.vite-media-test',
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    optimizeDeps: { include: ['mediasoup-client', '@preact/signals'] },
  })
  await vite.listen()
  const browser: Browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
  })
  const [address] = vite.resolvedUrls?.local ?? []

  return {
    async page(media, accountId) {
      const context = await browser.newContext()
      const page = await context.newPage()
      const peer = { peerId: crypto.randomUUID(), accountId }
      await takeCommands(page, media, peer)
      await page.goto(new URL('test/media/page/index.html', address).href)
      await page.waitForFunction(() => 'media' in globalThis)
      tellPage(page, media, peer)
      return page
    },
    async close() {
      await browser.close()
      await vite.close()
    },
  }
}

/** The door's part, inwards: commands, with their acks. */
async function takeCommands(page: Page, media: Media, peer: MediaPeer): Promise<void> {
  await page.exposeFunction('ask', async (name: string, payload: never) => {
    try {
      return { ok: true, value: (await answer(media, peer, name, payload)) ?? {} }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { ok: false, value: { code: error.code, retryAfterMs: error.retryAfterMs } }
    }
  })
}

/** The door's part, outwards: what the room tells; and the socket that closes with its page. */
function tellPage(page: Page, media: Media, peer: MediaPeer): void {
  const push = (name: string, payload: unknown) => {
    if (page.isClosed()) return
    page
      .evaluate(([what, said]) => globalThis.media.push(what, said), [name, payload] as const)
      .catch((error: unknown) => {
        if (!page.isClosed()) throw error
      })
  }
  const stop = media.listen({
    producersChanged: (showId, producers) => push('media:changed', { showId, producers }),
    transportClosed: (peerId, transportId, reason) => {
      if (peerId === peer.peerId) push('media:closed', { transportId, reason })
    },
  })
  page.on('close', () => {
    stop()
    media.closePeer(peer.peerId)
  })
}

type Asked = Parameters<Media['consume']>[1] &
  Parameters<Media['produce']>[1] & {
    showId: string
    direction: 'send' | 'recv'
    dtlsParameters: unknown
    consumerIds: string[]
    consumerId: string
    spatialLayer: number
  }

function answer(media: Media, peer: MediaPeer, name: string, asked: Asked): Promise<unknown> {
  const verbs: Record<string, () => Promise<unknown>> = {
    'media:capabilities': async () => ({
      ...(await media.capabilities(asked.showId)),
      iceServers: media.iceServers(peer.accountId),
    }),
    'media:transport': () =>
      media.openTransport(peer, { streamId: asked.showId, direction: asked.direction }),
    'media:connect': () => media.connectTransport(peer, asked),
    'media:produce': () => media.produce(peer, asked),
    'media:consume': () => media.consume(peer, asked),
    'media:resume': () => media.resume(peer, asked),
    'media:layers': () => media.setLayers(peer, asked),
    'media:restart': () => media.restartIce(peer, asked),
    'media:close': () => media.closeTransport(peer, asked),
  }
  const verb = verbs[name]
  if (!verb) throw new Error(`the media client asked for ${name}`)
  return verb()
}
