import { computed, signal } from '@preact/signals'

/** Where the reader is. Pages read it; only `go` and the browser's buttons change it. */
const place = signal(new URL(location.href))

export const path = computed(() => place.value.pathname)
export const query = computed(() => place.value.searchParams)

type Layer = { onBack: () => void }

/** Open layers (sheets), each with one entry in the browser's history: Back closes the top one. */
const layers: Layer[] = []
/** Our own steps back that the browser has not reported yet. */
let stepsPending = 0
/** Entries that wait until those steps are done. */
let entriesWaiting = 0

export function go(to: string, { replace = false } = {}): void {
  const url = new URL(to, location.href)
  if (replace) history.replaceState(null, '', url)
  else history.pushState(null, '', url)
  layers.length = 0
  place.value = url
  scrollTo(0, 0)
}

/** Makes Back close a layer instead of leaving the page. The answer closes it from inside. */
export function openLayer(onBack: () => void): () => void {
  const layer = { onBack }
  layers.push(layer)
  if (stepsPending > 0) entriesWaiting += 1
  else history.pushState({ layer: layers.length }, '')
  return () => {
    const at = layers.indexOf(layer)
    if (at < 0) return
    layers.splice(at, 1)
    if (entriesWaiting > 0) {
      entriesWaiting -= 1
      return
    }
    stepsPending += 1
    history.back()
  }
}

function onPop(): void {
  if (stepsPending > 0) {
    stepsPending -= 1
    if (stepsPending === 0) while (entriesWaiting > 0) pushWaiting()
    return
  }
  const top = layers.pop()
  if (top === undefined) place.value = new URL(location.href)
  else top.onBack()
}

function pushWaiting(): void {
  entriesWaiting -= 1
  history.pushState({ layer: layers.length - entriesWaiting }, '')
}

/** Plain links are enough everywhere: inside the client they turn the page without a load. */
function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null
  if (!(link instanceof HTMLAnchorElement) || link.target !== '' || link.download !== '') return
  const url = new URL(link.href)
  if (url.origin !== location.origin || /^\/(api|docs|pictures)\b/.test(url.pathname)) return
  event.preventDefault()
  if (url.pathname !== location.pathname || url.search !== location.search) go(link.href)
}

export function startRouter(): void {
  addEventListener('popstate', onPop)
  document.addEventListener('click', onClick)
}

/** The parts of a path: `/s/:showId` on `/s/1` is {showId: '1'}; null when it is another page. */
export function match(pattern: string, pathname: string): Record<string, string> | null {
  const want = pattern.split('/').filter(Boolean)
  const have = pathname.split('/').filter(Boolean)
  const rest = want.at(-1) === '*'
  if (rest ? have.length < want.length - 1 : have.length !== want.length) return null
  const found: Record<string, string> = {}
  for (const [i, part] of want.entries()) {
    if (part === '*') return found
    if (part.startsWith(':')) found[part.slice(1)] = decoded(have[i] ?? '')
    else if (part !== have[i]) return null
  }
  return found
}

/** What nobody encoded stays as it stands: it names no place, and no page breaks on it. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
