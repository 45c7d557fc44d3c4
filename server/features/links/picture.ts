import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Answers } from '../../base/answers.ts'
import { sha256 } from '../../base/ids.ts'
import { escaped } from '../../base/markup.ts'
import { turnstile } from '../../base/turnstile.ts'
import type { Card } from './card.ts'

/** As large as the places that show cards of links want it. */
const width = 1_200
const height = 630
const margin = 64
const pictureSide = 430
const textWidth = width - pictureSide - 3 * margin
const titleLinesMax = 4
/** A machine may have no fonts at all: Latin letters are drawn with the pages' own. */
const fontfile = fileURLToPath(new URL('./share.ttf', import.meta.url))
const keptMax = 60
/** One is drawn at a time: drawing takes the threads that passwords and files need too. */
const waitingMax = 30

/** Loaded by the first picture: a house that draws none is 10 MB smaller. */
const openSharp = async () => (await import('sharp')).default

const dark = '#14211c'
const light = '#ffffff'
const lamp = '#f6c453'

export type SharePicture = { bytes: Buffer; tag: string }

/** Draws what a link to a show looks like elsewhere: its title, its cover, who and when. */
export function createSharePictures(picturesDir: string) {
  const pictures = new Answers<SharePicture>({ max: keptMax })
  const inTurn = turnstile(1, waitingMax)
  return (card: Card): Promise<SharePicture> => {
    const tag = tagOf(card)
    return pictures.of(tag, async () => ({
      bytes: await inTurn(() => draw(card, picturesDir)),
      tag,
    }))
  }
}

/** Another picture, another tag: what is kept elsewhere is asked for anew. */
export function tagOf({ id, title, host, status, startsAt, cover }: Card): string {
  const looks = [id, title, host, whenOf({ status, startsAt }), cover]
  return sha256(JSON.stringify(looks)).toString('hex').slice(0, 16)
}

async function draw(card: Card, picturesDir: string): Promise<Buffer> {
  const sharp = await openSharp()
  const cover = card.cover === null ? undefined : await coverOf(join(picturesDir, name(card.cover)))
  const room = cover ? textWidth : width - 2 * margin
  const [when, title, host] = await Promise.all([
    text(whenOf(card), { size: 34, colour: lamp, width: room, linesMax: 1 }),
    text(card.title, { size: 68, colour: light, width: room, linesMax: titleLinesMax }),
    text(card.host, { size: 38, colour: light, width: room, linesMax: 1 }),
  ])
  const titleTop = margin + 74
  return sharp({ create: { width, height, channels: 3, background: dark } })
    .composite([
      { input: when, left: margin, top: margin },
      { input: title, left: margin, top: titleTop },
      { input: host, left: margin, top: height - margin - 46 },
      ...(cover ? [{ input: cover, left: width - pictureSide - margin, top: 100 }] : []),
    ])
    .jpeg({ quality: 84 })
    .toBuffer()
}

const name = (url: string) => url.slice(url.lastIndexOf('/') + 1)

/** A cover that is gone or damaged leaves its place to the words. */
async function coverOf(path: string): Promise<Buffer | undefined> {
  const sharp = await openSharp()
  const corners = Buffer.from(
    `<svg width="${pictureSide}" height="${pictureSide}"><rect width="100%" height="100%" rx="28"/></svg>`,
  )
  try {
    return await sharp(await readFile(path))
      .resize({ width: pictureSide, height: pictureSide, fit: 'cover' })
      .composite([{ input: corners, blend: 'dest-in' }])
      .png()
      .toBuffer()
  } catch {
    return undefined
  }
}

type Look = { size: number; colour: string; width: number; linesMax: number }

/** Pango breaks lines by its own rules; what does not fit is cut off with three dots. */
async function text(words: string, { size, colour, width, linesMax }: Look): Promise<Buffer> {
  const sharp = await openSharp()
  const lineHeight = Math.ceil(size * 1.32)
  for (let shown = words.slice(0, 200); ; shown = shorter(shown)) {
    const markup = `<span foreground="${colour}">${escaped(shown)}</span>`
    const font = `Bricolage Grotesque Bold ${size}`
    const { data, info } = await sharp({
      text: { text: markup, font, fontfile, width, dpi: 72, rgba: true, wrap: 'word-char' },
    })
      .png()
      .toBuffer({ resolveWithObject: true })
    if (info.height <= lineHeight * linesMax || shown.length <= 2) {
      return info.width <= width ? data : sharp(data).resize({ width }).png().toBuffer()
    }
  }
}

function shorter(words: string): string {
  const rest = words.endsWith('…') ? words.slice(0, -1) : words
  const kept = rest.slice(0, Math.max(1, Math.floor(rest.length * 0.85)))
  return `${kept.toWellFormed().replaceAll('\uFFFD', '').trimEnd()}…`
}

const date = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
})

function whenOf({ status, startsAt }: Pick<Card, 'status' | 'startsAt'>): string {
  if (status === 'scheduled' && startsAt !== null) return `${date.format(new Date(startsAt))} UTC`
  if (status === 'live' || status === 'interrupted') return 'Live now'
  return status === 'ended' ? 'Replay' : 'Live show'
}
