import { effect, type ReadonlySignal } from '@preact/signals'
import type { MediaLine } from './line.ts'
import type { Incoming } from './reception.ts'

/** The longer edge of the largest layer, as our publisher sends it; each smaller layer halves it. */
const fullEdgePx = 1_280
/** A window that is being dragged asks once it rests. */
const restMs = 300
/** A layer may be shown so much larger than it is before the next one is worth its bits. */
const stretch = 1.15

/**
 * The smallest layer that still looks right at this size (0 is the smallest). A picture that nobody
 * sees, or somebody who saves data, gets less.
 */
export function fittingLayer(given: {
  edgePx: number
  sizes: number
  hidden: boolean
  saveData: boolean
}): number {
  const { edgePx, sizes, hidden, saveData } = given
  if (hidden) return 0
  const most = saveData ? Math.min(1, sizes - 1) : sizes - 1
  for (let layer = 0; layer < most; layer += 1) {
    const layerEdgePx = fullEdgePx / 2 ** (sizes - 1 - layer)
    if (edgePx <= layerEdgePx * stretch) return layer
  }
  return most
}

/** Asks for the layer that fits the element, now and when its size or its being seen changes. */
export function keepLayersFitting({
  line,
  video,
  picture,
}: {
  line: MediaLine
  video: HTMLVideoElement
  picture: ReadonlySignal<Incoming | null>
}): () => void {
  let asked = ''
  let timer: ReturnType<typeof setTimeout> | undefined

  function ask(): void {
    const incoming = picture.value
    if (!incoming || incoming.sizes < 2) return
    const { consumerId, sizes } = incoming
    const spatialLayer = fittingLayer({
      edgePx: Math.max(video.clientWidth, video.clientHeight) * devicePixelRatio,
      sizes,
      hidden: document.visibilityState === 'hidden',
      saveData: savesData(),
    })
    const wish = `${consumerId} ${spatialLayer}`
    if (wish === asked) return
    asked = wish
    line.command('media:layers', { consumerId, spatialLayer }).catch(() => {
      asked = '' // too often, or just gone: the next change asks again
    })
  }
  const askSoon = () => {
    clearTimeout(timer)
    timer = setTimeout(ask, restMs)
  }

  const resized = new ResizeObserver(askSoon)
  resized.observe(video)
  document.addEventListener('visibilitychange', askSoon)
  const stopEffect = effect(() => {
    if (picture.value) askSoon()
  })
  return () => {
    clearTimeout(timer)
    resized.disconnect()
    document.removeEventListener('visibilitychange', askSoon)
    stopEffect()
  }
}

function savesData(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean } }
  return connection?.saveData === true
}
