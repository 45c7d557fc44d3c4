import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '../base/refusal.ts'
import type { Door } from './door.ts'

const name = /^([0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\.webp$/
/** A picture never changes: another one has another name. */
const forever = 'public, max-age=31536000, immutable'

/** Where `<id>.webp` and the smaller copies `<id>-<width>.webp` are. */
type Shelf = { dir: string; widths: readonly number[] }

/** Serves /pictures/<id>.webp, and smaller copies of it by `?w=`. */
export function mountPictures(app: Door, { dir, widths }: Shelf): void {
  app.get<{ Params: { name: string }; Querystring: { w?: unknown } }>(
    '/pictures/:name',
    async (request, reply) => {
      const id = name.exec(request.params.name)?.[1]
      if (id === undefined) throw missing()
      const { w } = request.query
      if (w !== undefined && !widths.some((width) => String(width) === w)) {
        const detail = `w is one of ${widths.join(', ')}.`
        throw new Refusal('VALIDATION', detail, { errors: [{ pointer: '/w', detail }] })
      }
      const file = w === undefined ? id : `${id}-${String(w)}`
      const kept = {
        'cache-control': forever,
        etag: `"${file}"`,
        'x-content-type-options': 'nosniff',
      }
      if (request.headers['if-none-match'] === kept.etag)
        return reply.code(304).headers(kept).send()
      const handle = await openFile(join(dir, `${file}.webp`))
      const { size } = await handle.stat()
      return reply
        .headers(kept)
        .type('image/webp')
        .header('content-length', size)
        .send(handle.createReadStream())
    },
  )
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw missing()
    throw error
  }
}

const missing = () => new Refusal('NOT_FOUND', 'There is no such picture.')
