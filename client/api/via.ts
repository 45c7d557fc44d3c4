import { viaDays } from '../../shared/limits.ts'
import { call } from './http.ts'

/** Whose link brought this browser to a shop: by merchant, the last one that was good. */
type Seen = Record<string, { code: string; at: number }>

const shelf = 'vitrine-via'
/** Shops that a browser remembers a link of: more than anybody buys from in a month. */
const shopsMax = 50
const dayMs = 24 * 3_600_000

/** Where the browser keeps nothing for this page, it is known until the page goes. */
let seen: Seen = kept()

/** Of an address somebody came by: keeps its code, if it is good. What the server does not know is passed over. */
export async function noteVia(search: URLSearchParams): Promise<void> {
  const code = search.get('via')
  if (code === null) return
  try {
    const { merchantId } = await call('GET', '/affiliates/vias/:code', { params: { code } })
    const others = Object.entries(kept()).filter(([id, one]) => id !== merchantId && isFresh(one))
    const last = others.sort(([, a], [, b]) => b.at - a.at).slice(0, shopsMax - 1)
    seen = { ...Object.fromEntries(last), [merchantId]: { code, at: Date.now() } }
    localStorage.setItem(shelf, JSON.stringify(seen))
  } catch {
    // Nobody's code, no answer, or a browser that keeps nothing: nothing is bought otherwise for it.
  }
}

/** The code that goes along with an order of this merchant's. */
export function viaOf(merchantId: string): string | undefined {
  seen = { ...seen, ...kept() }
  const one = seen[merchantId]
  return one !== undefined && isFresh(one) ? one.code : undefined
}

const isFresh = ({ at }: { at: number }) => Date.now() - at < viaDays * dayMs

function kept(): Seen {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(shelf) ?? '{}')
    return isSeen(read) ? read : {}
  } catch {
    return {}
  }
}

function isSeen(read: unknown): read is Seen {
  if (typeof read !== 'object' || read === null) return false
  return Object.values(read).every(
    (one) =>
      typeof one === 'object' &&
      one !== null &&
      typeof (one as { code?: unknown }).code === 'string' &&
      typeof (one as { at?: unknown }).at === 'number',
  )
}
