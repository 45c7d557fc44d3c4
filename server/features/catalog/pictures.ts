import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { roomIn } from '../../base/free.ts'
import { newId } from '../../base/ids.ts'
import { invalid, Refusal, unavailable } from '../../base/refusal.ts'
import { placesOf, turnstile } from '../../base/turnstile.ts'
import type { Who } from '../../base/who.ts'
import type { Postgres } from '../../store/postgres.ts'
import { countPictures, insertPicture } from './store.ts'

/** A phone's largest photograph. Decoded it takes 200 MB, which is why few are decoded at once. */
const pixelsMax = 50_000_000
/** The longer side of what is kept: sharp on a desktop's screen, a few hundred kilobytes. */
const sideMax = 1600
/** Smaller copies beside it, by width: a row of a list, a card of a phone. */
const copyWidths = [160, 480]
/** Pictures of one account: twelve each for eight hundred products. */
const picturesMax = 10_000
/** Decoded at once; a core stays free for everything else. */
const atOnceMax = 2
/** Uploads that are read or wait their turn beside them, up to 15 MB each. */
const waitingMax = 8
/** Of one account, whose tabs each send one after the other: slow uploads of a few accounts leave places to the others. */
const ofOneMax = 2
/** Of one network, however many accounts are opened from it: as many are left to the others. */
const ofNetworkMax = 5
/** Who is told that the disk is full may try again after this. */
const fullMs = 60_000
/** A picture that is not done by then was made to be slow. */
const decodeSeconds = 6

/** What an upload may be, by its first bytes: its name and declared type mean nothing. No SVG: it can carry script. */
const kinds: { format: string; is(bytes: Buffer): boolean }[] = [
  { format: 'jpeg', is: (b) => b.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) },
  { format: 'png', is: (b) => b.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')) },
  { format: 'gif', is: (b) => /^GIF8[79]a$/.test(b.toString('latin1', 0, 6)) },
  { format: 'webp', is: (b) => /^RIFF.{4}WEBP$/s.test(b.toString('latin1', 0, 12)) },
  { format: 'heif', is: (b) => /^ftypavi[fs]$/.test(b.toString('latin1', 4, 12)) },
]

type Upload = { read(): Promise<Buffer> }
/** The disk is left with so much: the database may be on it too. */
const freeMin = 256 * 1024 * 1024

type Needs = { pg: Postgres; dataDir: string; freeBytesMin?: number }

/** Uploaded pictures: decoded, turned upright, made smaller and encoded again, so nothing of the file itself is kept. */
export function createPictures({ pg, dataDir, freeBytesMin = freeMin }: Needs) {
  const dir = join(dataDir, 'pictures')
  const hasRoom = roomIn(dir, freeBytesMin)
  const inAll = atOnceMax + waitingMax
  const place = placesOf({ inAll, ofOne: ofOneMax, ofNetwork: ofNetworkMax })
  const inTurn = turnstile(atOnceMax, waitingMax)

  async function add(who: Who, file: Upload | undefined): Promise<{ url: string }> {
    if (!file) throw invalid('/file', 'Send the picture as the field `file`.')
    const bytes = await file.read()
    const format = formatOf(bytes)
    if ((await countPictures(pg.rest, who.accountId, picturesMax)) >= picturesMax) {
      throw new Refusal('CONFLICT', `You have ${picturesMax} pictures, which is the most.`)
    }
    const { main, copies } = await inTurn(() => encodedAnew(bytes, format))
    const id = newId()
    const { width, height, size } = main.info
    const files = [
      { path: join(dir, `${id}.webp`), data: main.data },
      ...copies.map(({ w, data }) => ({ path: join(dir, `${id}-${w}.webp`), data })),
    ]
    await mkdir(dir, { recursive: true })
    try {
      for (const { path, data } of files) await writeWhole(path, data)
      await insertPicture(pg.db, { id, accountId: who.accountId, width, height, bytes: size })
    } catch (error) {
      await Promise.all(files.map(({ path }) => rm(path, { force: true })))
      throw error
    }
    return { url: `/pictures/${id}.webp` }
  }

  return {
    /** Where they are served from: `<id>.webp`, and `<id>-<width>.webp` for each of these widths. */
    shelf: { dir, widths: copyWidths },

    /** Keeps a picture; the url stays good for ever. What has no place is refused before the bytes are read. */
    add(who: Who, upload: () => Promise<Upload | undefined>): Promise<{ url: string }> {
      const taken = async () => {
        if (!(await hasRoom())) throw unavailable(fullMs, new Error(`${dir}: the disk is full`))
        return add(who, await upload())
      }
      return place(who, taken)
    },
  }
}

function formatOf(bytes: Buffer): string {
  if (bytes.length === 0) throw invalid('/file', 'The file is empty.')
  const kind = kinds.find(({ is }) => is(bytes))
  if (!kind) throw invalid('/file', 'Send a JPEG, PNG, WebP, AVIF or GIF picture.')
  return kind.format
}

async function encodedAnew(bytes: Buffer, format: string) {
  // Loaded by the first picture: a house that takes none in is 10 MB smaller.
  const { default: sharp } = await import('sharp')
  try {
    const {
      format: found,
      width,
      height,
    } = await sharp(bytes, { limitInputPixels: false }).metadata()
    if (found !== format) throw invalid('/file', 'The file is not what its first bytes say.')
    if (width * height > pixelsMax) {
      const most = `${pixelsMax / 1_000_000} million pixels are the most.`
      throw new Refusal('PAYLOAD_TOO_LARGE', `The picture has ${width} × ${height} pixels. ${most}`)
    }
    const main = await sharp(bytes, { limitInputPixels: pixelsMax, failOn: 'error' })
      .timeout({ seconds: decodeSeconds })
      .autoOrient()
      .resize({ width: sideMax, height: sideMax, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 82 })
      .toBuffer({ resolveWithObject: true })
    const copies = await Promise.all(
      copyWidths.map(async (w) => {
        const copy = sharp(main.data).resize({ width: w, withoutEnlargement: true })
        return { w, data: await copy.webp({ quality: 78 }).toBuffer() }
      }),
    )
    return { main, copies }
  } catch (cause) {
    if (cause instanceof Refusal) throw cause
    const detail = 'The picture cannot be read. It may be cut off or damaged.'
    throw new Refusal('VALIDATION', detail, { errors: [{ pointer: '/file', detail }], cause })
  }
}

/** Under its name only once it is whole: nobody is ever served half a picture. */
async function writeWhole(path: string, data: Buffer): Promise<void> {
  await writeFile(`${path}.new`, data)
  await rename(`${path}.new`, path)
}
