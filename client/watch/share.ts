import { call } from '../api/http.ts'
import type { Room } from '../api/room.ts'
import { toast } from '../ui/toast.tsx'
import { t } from '../ui/words.ts'

/** A browser lets a page share for a moment after the tap; the short link must come within it. */
const patienceMs = 1_500

const known = new Map<string, Promise<string>>()

/** The short link of a show, or of a product in it; the long one while nobody answers. */
export function linkTo(showId: string, productId?: string): Promise<string> {
  const at = productId === undefined ? '' : `?product=${productId}`
  const long = new URL(`/s/${showId}${at}`, location.href).href
  const name = `${showId}${at}`
  const short =
    known.get(name) ??
    call('POST', '/shows/:id/links', {
      params: { id: showId },
      body: productId === undefined ? {} : { productId },
    }).then(({ url }) => url)
  known.set(name, short)
  const orLong = short.catch(() => {
    known.delete(name)
    return long
  })
  const late = new Promise<string>((resolve) => setTimeout(() => resolve(long), patienceMs))
  return Promise.race([orLong, late])
}

/** By the system's own sheet where there is one; else the link is copied. */
export async function share(room: Room, product?: { id: string; title: string }): Promise<void> {
  const url = await linkTo(room.show.id, product?.id)
  const title = product?.title ?? room.show.title
  try {
    if (navigator.share !== undefined) await navigator.share({ title, url })
    else {
      await navigator.clipboard.writeText(url)
      toast({ text: t('share.done'), icon: 'link', tone: 'ok' })
    }
  } catch (thrown) {
    const closed = thrown instanceof DOMException && thrown.name === 'AbortError'
    if (!closed) toast({ text: url, icon: 'link', tone: 'plain' })
  }
}
