import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join, resolve } from 'node:path'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, type TestContext } from 'vitest'
import { buildClientInto, clientHash } from '../../scripts/dev/client.ts'
import { freePort, isFree } from '../../scripts/dev/keep.ts'
import { type House, openHouse, type Person } from './house.ts'

/** Waits are for conditions; this is when one of them has failed, on a busy machine too. */
export const patienceMs = 30_000

const eyes = resolve(import.meta.dirname, '../browser/eyes.js')
const cache = resolve(import.meta.dirname, '../../node_modules/.cache')
const builds = join(cache, 'vitrine-pages')
const pictures = join(cache, 'vitrine-failed')
/** A build as old as this is of an older client, and no test that runs now uses it. */
const oldBuildMs = 3_600_000

export const screens = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1440, height: 900 } },
} satisfies Record<string, BrowserContextOptions>

type Visitor = {
  /** Signed in as this person; nobody yet where it is left out. */
  as?: Person
  screen?: keyof typeof screens
  /** How far this device's clock is off. */
  clockOffMs?: number
  more?: BrowserContextOptions
  /** A page of somebody else's, that has pages of ours in it. */
  around?: string
  /** A script that runs in every page of theirs, before anything of ours. */
  before?: string
}

/** The real pages in a real browser, on a house of their own. */
export class Pages {
  readonly house: House
  readonly #browser: Browser
  readonly #contexts = new Set<BrowserContext>()
  readonly #connections = new Set<Socket>()
  /** What no page may do: write errors, throw, or ask another host for something. */
  readonly #faults: string[] = []

  constructor(house: House, browser: Browser) {
    this.house = house
    this.#browser = browser
    house.app.http.server.on('connection', (connection: Socket) => {
      this.#connections.add(connection)
      connection.once('close', () => this.#connections.delete(connection))
    })
  }

  /** A page of somebody on some screen, in a context of its own. */
  async open(path: string, visitor: Visitor = {}): Promise<Page> {
    const { as, screen = 'phone', clockOffMs = 0, more, around, before } = visitor
    const context = await this.#browser.newContext({
      ...screens[screen],
      baseURL: this.house.url,
      locale: 'en-GB',
      timezoneId: 'Europe/Lisbon',
      permissions: ['camera', 'microphone'],
      ...more,
    })
    context.setDefaultTimeout(patienceMs)
    await context.addInitScript({ path: eyes })
    if (clockOffMs) await context.addInitScript(setClockOff, clockOffMs)
    if (before) await context.addInitScript({ content: before })
    this.#contexts.add(context)
    context.on('page', (page) => this.#listen(page))
    context.on('request', (request) => this.#mustBeOurs(request.url(), around))
    if (as) await signIn(context, this.house, as)
    const page = await context.newPage()
    await page.goto(path)
    return page
  }

  /** Every connection to the house breaks off, as when a network goes; the house stays up. */
  cutLines(): void {
    for (const connection of this.#connections) connection.destroy()
  }

  /** Closes every page, and holds every page to what none may do: for between tests. */
  async leave({ task }: Pick<TestContext, 'task'>): Promise<void> {
    if (task.result?.state === 'fail') await this.#keepPictures(task.name)
    await Promise.all([...this.#contexts].map((context) => context.close()))
    this.#contexts.clear()
    expect(this.#faults.splice(0)).toEqual([])
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.house.close()
  }

  /** A story that failed leaves pictures of what its pages showed last. */
  async #keepPictures(story: string): Promise<void> {
    const shown = [...this.#contexts].flatMap((context) => context.pages())
    for (const [n, page] of shown.entries()) {
      const path = join(pictures, `${story.replace(/\W+/g, '-').slice(0, 60)}-${n}.png`)
      // A page that hangs has no picture; the others still have one.
      const kept = await page.screenshot({ path, timeout: 5_000 }).catch(() => undefined)
      console.log(`${page.url()} ${kept ? path : 'shows nothing'}`)
    }
  }

  #listen(page: Page): void {
    page.on('pageerror', (error) => this.#faults.push(`${page.url()}: ${error.stack}`))
    page.on('console', (said) => {
      if (said.type() !== 'error' || isRefusal(said.text(), said.location().url)) return
      this.#faults.push(`${page.url()}: ${said.text()} (${said.location().url})`)
    })
  }

  #mustBeOurs(url: string, around: string | undefined): void {
    const { protocol, origin } = new URL(url)
    if (origin === around) return
    if (protocol.startsWith('http') && origin !== this.house.url) this.#faults.push(`asked ${url}`)
  }
}

/** Runs in the page. */
function setClockOff(offMs: number): void {
  const { now } = Date
  Date.now = () => now() + offMs
}

/** The browser reports every answer above 399 as an error; a typed refusal of ours is none. */
function isRefusal(text: string, url: string): boolean {
  return (
    text.startsWith('Failed to load resource: the server responded') &&
    /\/(api\/v1|embed)\//.test(url)
  )
}

async function signIn(context: BrowserContext, house: House, person: Person): Promise<void> {
  await context.addCookies([{ name: 'vitrine_session', value: person.token, url: house.url }])
}

type Needs = {
  media?: boolean
  settings?: Record<string, string>
  /** Another node of that house, on the same database. */
  beside?: House
}

/** One house and one browser for all stories of a file; no page of a story is left to the next. */
export function openForStories(needs: Needs, begin: (pages: Pages) => unknown): void {
  let pages: Pages
  beforeAll(async () => {
    pages = await openPages(needs)
    await begin(pages)
  }, 120_000)
  afterEach((story) => pages.leave(story))
  afterAll(() => pages.close())
}

/** A house that serves the pages as they are now, and a browser with a made-up camera. */
export async function openPages({
  media = false,
  settings = {},
  beside,
}: Needs = {}): Promise<Pages> {
  const [pages, port] = await Promise.all([builtPages(), freePort()])
  const house = await openHouse(
    {
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      ...(media && { MEDIA_WORKERS: '1', MEDIA_PORT: String(await freeMediaPort()) }),
      ...settings,
    },
    { pages },
    beside,
  )
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      // Ten pictures a second are enough to see that they move.
      '--use-fake-device-for-media-stream=fps=10',
    ],
  })
  return new Pages(house, browser)
}

/**
 * The client, built once for what its sources are now: every file of tests, also one that runs at
 * the same moment, finds the same folder whole or makes it.
 */
async function builtPages(): Promise<string> {
  const folder = join(builds, clientHash())
  if (existsSync(folder)) return folder
  const making = `${folder}.${process.pid}`
  await buildClientInto(making)
  try {
    renameSync(making, folder)
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    if (!existsSync(folder)) throw error // else somebody else was quicker
  }
  dropOldBuilds()
  return folder
}

function dropOldBuilds(): void {
  for (const name of readdirSync(builds)) {
    const folder = join(builds, name)
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > oldBuildMs) rmSync(folder, { recursive: true, force: true })
  }
}

async function freeMediaPort(): Promise<number> {
  // Below those that the system gives to outgoing connections.
  const first = 7_000 + (process.pid % 900)
  for (let port = first; port < 8_000; port += 1) if (await isFree('127.0.0.1', port)) return port
  throw new Error('no free port for media from 7000 to 7999')
}
