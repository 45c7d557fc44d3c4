import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { createServer, type ViteDevServer } from 'vite'
import { expect } from 'vitest'
import { Refusal } from '../../server/base/refusal.ts'
import type { Media, MediaPeer } from '../../server/media/media.ts'

/** What the page in `page/` offers; functions given to `evaluate` run there. */
declare global {
  var media: {
    push(name: string, payload: unknown): void
    lineUp(): void
    enter(house: { url: string; token: string }, showId: string): Promise<void>
    events: { type: string }[]
    host(showId: string): Promise<void>
    /** The host takes another camera and microphone when a command is about to be given, once. */
    swapBefore(command: string): void
    /** Anew where something is watched; `entering` as a page has it that enters the show meanwhile. */
    view(
      showId: string,
      entering?: {
        entered: Promise<void>
        producers: () => { producerId: string; kind: string }[]
      },
    ): void
    /** Commands given so far. */
    asked: string[]
    state(): { at: string; why?: string }
    health(): Promise<{ layers: { rid: string; width: number; bitrate: number }[] }>
    /** Shows the picture so wide, in CSS pixels. */
    resize(width: number): void
    /** Has what comes of a kind wait so long in its buffer. */
    delay(kind: 'audio' | 'video', ms: number): void
    /** How long a kind is held at least, in ms. */
    held(kind: 'audio' | 'video'): number
    /** How long each kind waited of late until it was heard and seen, in ms. */
    waited(): Promise<{ audio: number; video: number }>
    frames(): { shown: number; width: number }
  }
}

/** Chromium with the project's own media client, talking to a media room or a whole house. */
export type Studio = {
  /** Where its pages come from: a house that they may enter has this as its PUBLIC_URL. */
  origin: string
  /** A page of nobody yet; it enters a house, is wired to a room, or is `plain`: nothing of ours. */
  blank: (kind?: Kind) => Promise<Page>
  page: (media: Media, accountId: string) => Promise<Page>
  /** The person at it presses reload: the page knows nothing any more. */
  reload: (page: Page) => Promise<void>
  /** As whom a page is known to its room. */
  peerOf: (page: Page) => MediaPeer
  /** Closes every page: for between tests. */
  leave: () => Promise<void>
  close: () => Promise<void>
}

/** Whose client a page is: ours, nobody's but the browser's, or Eyevinn's. */
type Kind = 'media' | 'plain' | 'eyevinn'

export async function openStudio(): Promise<Studio> {
  const root = new URL('../..', import.meta.url).pathname
  // One for each: files of tests run at the same time.
  const cacheDir = mkdtempSync(join(tmpdir(), 'vitrine-studio-'))
  const vite: ViteDevServer = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    cacheDir,
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null, fs: { strict: false } },
    optimizeDeps: {
      entries: ['test/media/page/page.js'],
      include: [
        'mediasoup-client',
        '@preact/signals',
        'socket.io-client',
        '@eyevinn/webrtc-player',
      ],
    },
  })
  await vite.listen()
  const browser: Browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
  })
  const [address] = vite.resolvedUrls?.local ?? []

  const origin = new URL(address ?? '').origin
  const loaded = async (page: Page, kind: Kind = 'media') => {
    await page.goto(`${origin}/test/media/page/${kind === 'media' ? 'index' : kind}.html`)
    await page.waitForFunction((name) => name in globalThis, kind)
    return page
  }
  const peers = new Map<Page, MediaPeer>()
  const newPage = async () => (await browser.newContext()).newPage()

  return {
    origin,
    blank: async (kind) => loaded(await newPage(), kind),
    async reload(page) {
      await page.reload()
      await page.waitForFunction(() => 'media' in globalThis)
    },
    async page(media, accountId) {
      const peer = { peerId: crypto.randomUUID(), accountId }
      const page = await newPage()
      peers.set(page, peer)
      await takeCommands(page, media, peer)
      await loaded(page)
      tellPage(page, media, peer)
      return page
    },
    peerOf(page) {
      const peer = peers.get(page)
      if (!peer) throw new Error('that page is in no room')
      return peer
    },
    async leave() {
      peers.clear()
      await Promise.all(browser.contexts().map((context) => context.close()))
    },
    async close() {
      await browser.close()
      await vite.close()
      rmSync(cacheDir, { recursive: true, force: true })
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
    'media:transport': () => media.openTransport(peer, { streamId: asked.showId, ...asked }),
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

/** Waits until so many more frames were shown. */
export async function moreFrames(page: Page, count: number, withinMs: number): Promise<void> {
  const shown = () => page.evaluate(() => globalThis.media.frames().shown)
  const before = await shown()
  await expect
    .poll(async () => (await shown()) - before, { timeout: withinMs, interval: 100 })
    .toBeGreaterThan(count)
}
