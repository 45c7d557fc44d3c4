import type { Page } from 'playwright-core'
import sharp from 'sharp'
import type { GlassText } from './acts.ts'

type Colour = [red: number, green: number, blue: number]

/** Every text on the glass over a white picture, with the least contrast it has anywhere. */
export async function glassContrast(page: Page): Promise<{ text: string; contrast: number }[]> {
  const texts = await page.evaluate(() => globalThis.eyes.glassOverWhite())
  await page.evaluate(() => globalThis.eyes.withoutTexts())
  const shot = sharp(await page.screenshot({ animations: 'disabled' })).removeAlpha()
  const { width = 0, height = 0 } = await shot.metadata()
  const measured = []
  for (const text of texts) {
    const box = inside(text, width, height)
    if (box === undefined) continue
    const pixels = await shot.clone().extract(box).raw().toBuffer()
    measured.push({ text: text.text, contrast: leastContrast(colourOf(text.ink), pixels) })
  }
  return measured
}

function inside({ box }: GlassText, width: number, height: number) {
  const left = Math.max(0, Math.floor(box.x))
  const top = Math.max(0, Math.floor(box.y))
  const right = Math.min(width, Math.ceil(box.x + box.width))
  const bottom = Math.min(height, Math.ceil(box.y + box.height))
  if (right - left < 2 || bottom - top < 2) return undefined
  return { left, top, width: right - left, height: bottom - top }
}

function leastContrast(ink: Colour, pixels: Buffer): number {
  let least = Number.POSITIVE_INFINITY
  for (let at = 0; at + 2 < pixels.length; at += 3) {
    const behind: Colour = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0]
    least = Math.min(least, contrast(ink, behind))
  }
  return least
}

/** As WCAG 2 has it. */
function contrast(one: Colour, other: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const part = value / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function colourOf(ink: string): Colour {
  const [red, green, blue] = (ink.match(/[\d.]+/g) ?? []).map(Number)
  if (red === undefined || green === undefined || blue === undefined) {
    throw new Error(`${ink} is no colour with three parts`)
  }
  return [red, green, blue]
}
