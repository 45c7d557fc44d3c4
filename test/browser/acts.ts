import type { CDPSession, Page } from 'playwright-core'
import type { House, Person } from '../support/house.ts'
import { type Pages, patienceMs } from '../support/pages.ts'
import { address, setStage } from '../support/stage.ts'

/** A line of text on the video: its colour, and where it lies. */
export type GlassText = {
  text: string
  ink: string
  box: { x: number; y: number; width: number; height: number }
}

/** What `eyes.js` offers in every page. */
declare global {
  var eyes: {
    moreFrames(count: number, withinMs: number): Promise<number>
    hasSound(): boolean
    whenSeen(text: string): Promise<number>
    follow(selector: string): void
    shown(): { text: string; at: number }[]
    focused(): string
    withoutRing(): string | null
    sideways(): string[]
    overlapping(selector: string): string[]
    glassOverWhite(): GlassText[]
    withoutTexts(): void
    settled(): Promise<void>
    moving(): string[]
  }
}

/** What people do in the pages, by what they see there. */

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

/** Somebody with an address in the book: pays in three taps. */
export async function buyer(house: House, name = 'Aylin Çelik'): Promise<Person> {
  const person = await house.signUp(name)
  await house.as(person).post('/me/addresses', address)
  return person
}

/** The host opens the studio, and goes live with the camera this browser makes up. */
export async function goLive(pages: Pages, host: Person, showId: string): Promise<Page> {
  const studio = await pages.open(`/studio/${showId}`, { as: host, screen: 'desktop' })
  await button(studio, 'Go live').click()
  await studio.getByText(/^On air/).waitFor()
  return studio
}

/** Waits until so many more frames of the show were shown. */
export async function moreFrames(page: Page, count = 5, withinMs = patienceMs): Promise<void> {
  const more = await glance<number>(page, `eyes.moreFrames(${count}, ${withinMs})`)
  if (more < count) throw new Error(`${more} more frames within ${withinMs} ms, not ${count}`)
}

export const hasSound = (page: Page) => glance<boolean>(page, 'eyes.hasSound()')

const glances = new WeakMap<Page, Promise<CDPSession>>()

/** Looks without touching: what Playwright evaluates counts as a touch, and a touch allows sound. */
async function glance<T>(page: Page, expression: string): Promise<T> {
  const session = glances.get(page) ?? page.context().newCDPSession(page)
  glances.set(page, session)
  const asked = { expression, returnByValue: true, awaitPromise: true }
  const { result } = await (await session).send('Runtime.evaluate', asked)
  return result.value as T
}

/** A live show whose product is pinned: the ticket hangs in front of every viewer. */
export async function openWindow(house: House, onHand = 10) {
  const stage = await setStage(house, { onHand })
  const desk = await house.socket(stage.host)
  await desk.ask('product:pin', { showId: stage.showId, productId: stage.productId })
  return { ...stage, desk, path: `/s/${stage.showId}` }
}

/** Presses Tab until the named control has the focus. */
export async function tabTo(page: Page, name: RegExp, mostStops = 60): Promise<void> {
  for (let stop = 0; stop < mostStops; stop += 1) {
    await page.keyboard.press('Tab')
    const here = await page.evaluate(() => globalThis.eyes.focused())
    if (name.test(here)) return
  }
  throw new Error(`${mostStops} stops of the Tab key did not lead to ${name}`)
}
