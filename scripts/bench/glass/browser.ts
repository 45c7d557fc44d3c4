import { fileURLToPath } from 'node:url'
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core'

const inPage = (file: string) => fileURLToPath(new URL(file, import.meta.url))
const waitMs = 60_000
const lookMs = 250

/** What viewer.js keeps in its page. */
type Glass = {
  took: number[]
  told: number[]
  wrong: number
  firstMs?: number
  /** Of the picture, and since when it has that, by the page's clock. */
  width: number
  since: number
}
type Held = { frames: number; heldMs: number; askedMs: number }
declare global {
  var glass: Glass
  var heldSoFar: () => Promise<Held>
}

/** A Chromium that no window covers and that holds nothing back from pages that nobody looks at. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    // Whoever interrupts is heard by the bench, which closes all it opened.
    handleSIGINT: false,
    handleSIGTERM: false,
    args: [
      '--no-sandbox',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
  })
}

export type Seat = { url: string; token: string; showId: string }

/** The studio as a host has it open, on the air with a picture of the time. */
export async function goLive(browser: Browser, { url, token, showId }: Seat): Promise<Page> {
  const context = await signedIn(browser, url, token, 'host.js')
  const page = await context.newPage()
  await page.goto(`/studio/${showId}`)
  await page.getByRole('button', { name: 'Go live' }).click()
  await page.getByText(/^On air/).waitFor()
  return page
}

/** A viewer who was here before: what pages are made of is in his browser. */
export class Viewer {
  readonly #context: BrowserContext
  readonly #showId: string

  static async open(browser: Browser, { url, token, showId }: Seat): Promise<Viewer> {
    return new Viewer(await signedIn(browser, url, token, 'viewer.js'), showId)
  }

  private constructor(context: BrowserContext, showId: string) {
    this.#context = context
    this.#showId = showId
  }

  /** From the street into the show: answers with the page, and how long the first frame took. */
  async enter(): Promise<{ page: Page; firstMs: number }> {
    const page = await this.#context.newPage()
    await page.goto('/')
    const window = page.locator(`a[href="/s/${this.#showId}"]`).first()
    await reach(page, window)
    await window.click()
    await page.waitForFunction(() => globalThis.glass.firstMs !== undefined)
    return { page, firstMs: await page.evaluate(() => globalThis.glass.firstMs ?? Number.NaN) }
  }
}

/** A hand takes so long from the edge of a page to a window in it, seen by the page so many times. */
const [reachMs, reachSteps] = [300, 15]

/**
 * As a hand does it: a pointer that jumps to the link and presses in the same instant shows a page no
 * sign of anybody before the click. The press itself takes no time, which a finger's does.
 */
async function reach(page: Page, link: Locator): Promise<void> {
  const box = await link.boundingBox()
  if (box === null) throw new Error('there is no window to reach for')
  const [toX, toY] = [box.x + box.width / 2, box.y + box.height / 2]
  for (let step = 0; step <= reachSteps; step += 1) {
    await page.mouse.move((toX * step) / reachSteps, (toY * step) / reachSteps)
    await page.waitForTimeout(reachMs / reachSteps)
  }
}

/** A picture of the camera's own size stays for so long when its sender has found its rate. */
const steadyMs = 3_000

/**
 * Until the picture has stood in the camera's size for a while, or so long: a crowd that comes, or a page that opens,
 * takes the cores from the host's browser for a moment, which then sends less for some twenty seconds.
 */
export async function settle(page: Page, width: number, atMostMs: number): Promise<void> {
  const until = performance.now() + atMostMs
  const isSteady = () =>
    page.evaluate(
      ([full, steady]) => {
        const { width, since } = globalThis.glass
        return width === full && performance.now() - since > steady
      },
      [width, steadyMs] as const,
    )
  while (!(await isSteady()) && performance.now() < until) await page.waitForTimeout(lookMs)
}

/**
 * From the moment a frame was drawn to the moment it was shown, for so long; and of that, how long a frame
 * was held in the browser, and how long it would have been without a sound to keep it in step with.
 */
export async function lookThrough(page: Page, seconds: number) {
  const before = await page.evaluate(() => heldSoFar())
  await page.evaluate(() => Object.assign(globalThis.glass, { took: [], told: [], wrong: 0 }))
  await page.waitForTimeout(seconds * 1_000)
  const seen = await page.evaluate(() => globalThis.glass)
  const after = await page.evaluate(() => heldSoFar())
  const a = (of: 'heldMs' | 'askedMs') => (after[of] - before[of]) / (after.frames - before.frames)
  return { ...seen, heldMs: a('heldMs'), askedMs: a('askedMs') }
}

async function signedIn(
  browser: Browser,
  url: string,
  token: string,
  script: string,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    permissions: ['camera', 'microphone'],
  })
  context.setDefaultTimeout(waitMs)
  await context.addInitScript({ path: inPage(script) })
  await context.addCookies([{ name: 'vitrine_session', value: token, url }])
  return context
}
