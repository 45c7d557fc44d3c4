import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** No barrier in this state of the page, in daylight with every rule, at night by contrast. */
export async function mustBeOpenToAll(page: Page): Promise<void> {
  await page.evaluate(axe)
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  const byDay = await findings(page, {})
  await page.emulateMedia({ colorScheme: 'dark' })
  const byNight = await findings(page, { runOnly: ['color-contrast'] })
  await page.emulateMedia({ colorScheme: 'light' })
  expect([...byDay, ...byNight.map((one) => `dark: ${one}`)], page.url()).toEqual([])
}

async function findings(page: Page, options: RunOptions): Promise<string[]> {
  const { violations } = await page.evaluate(
    (given) => globalThis.axe.run({ ...given, resultTypes: ['violations'] }),
    options,
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
  )
}

declare global {
  var axe: { run(options: RunOptions): Promise<AxeResults> }
}

/** Each of so many stops of the Tab key shows where the focus is, and it goes on from stop to stop. */
export async function mustShowFocus(page: Page, stops: number): Promise<void> {
  const without: string[] = []
  const focused = new Set<string>()
  for (let stop = 0; stop < stops; stop += 1) {
    await page.keyboard.press('Tab')
    const bare = await page.evaluate(() => globalThis.eyes.withoutRing())
    if (bare !== null) without.push(bare)
    focused.add(await page.evaluate(() => globalThis.eyes.focused()))
  }
  expect(without, `stops without a ring on ${page.url()}`).toEqual([])
  expect(focused.size, `different stops on ${page.url()}`).toBeGreaterThan(5)
}

/** Everything fits into this width: nothing is cut off or scrolls sideways. */
export async function mustFit(page: Page, width: number, height: number): Promise<void> {
  const before = page.viewportSize()
  await page.setViewportSize({ width, height })
  const over = await page.evaluate(() => globalThis.eyes.sideways())
  expect(over, `${page.url()} at ${width} px`).toEqual([])
  if (before) await page.setViewportSize(before)
}
