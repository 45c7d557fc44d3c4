import { effect, type ReadonlySignal } from '@preact/signals'
import type { MediaLine } from './line.ts'
import type { Incoming } from './reception.ts'

/** The longer edge of the largest layer, as our publisher asks for it; each smaller layer halves it. */
const usualEdgePx = 1_280
/** A window that is being dragged asks once it rests. */
const restMs = 300
/** A picture that changes its size may be on its way to the layer that was asked for. */
const arrivedMs = 3_000
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
  /** Of the largest layer, its longer edge. */
  fullEdgePx: number
}): number {
  const { edgePx, sizes, hidden, saveData, fullEdgePx } = given
  if (hidden) return 0
  const most = saveData ? Math.min(1, sizes - 1) : sizes - 1
  for (let layer = 0; layer < most; layer += 1) {
    const layerEdgePx = fullEdgePx / 2 ** (sizes - 1 - layer)
    if (edgePx <= layerEdgePx * stretch) return layer
  }
  return most
}

/**
 * How large the largest layer is, by what arrives of the one that was asked for: not every camera gives what it
 * is asked for. A slow line may bring less than was asked for; the largest seems small then, and the next that
 * is asked for too large, which costs nothing where it does not arrive, and shows the truth where it does.
 */
export function fullEdgeOf(given: { arrivedPx: number; layer: number; sizes: number }): number {
  const { arrivedPx, layer, sizes } = given
  return arrivedPx * 2 ** (sizes - 1 - layer)
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
  let asked: { consumerId: string; spatialLayer: number } | undefined
  let fullEdgePx = usualEdgePx
  let timer: ReturnType<typeof setTimeout> | undefined
  let measuring: ReturnType<typeof setTimeout> | undefined

  function ask(): void {
    const incoming = picture.value
    if (!incoming || incoming.sizes < 2) return
    const { consumerId, sizes } = incoming
    const spatialLayer = fittingLayer({
      edgePx: Math.max(video.clientWidth, video.clientHeight) * devicePixelRatio,
      sizes,
      hidden: document.visibilityState === 'hidden',
      saveData: savesData(),
      fullEdgePx,
    })
    if (asked?.consumerId === consumerId && asked.spatialLayer === spatialLayer) return
    const wish = { consumerId, spatialLayer }
    asked = wish
    line.command('media:layers', wish).catch(() => {
      if (asked === wish) asked = undefined // too often, or just gone: the next change asks again
    })
  }
  const askSoon = () => {
    clearTimeout(timer)
    timer = setTimeout(ask, restMs)
  }
  function measure(): void {
    const sizes = picture.value?.sizes
    const arrivedPx = Math.max(video.videoWidth, video.videoHeight)
    if (!asked || !sizes || arrivedPx === 0) return
    fullEdgePx = fullEdgeOf({ arrivedPx, layer: asked.spatialLayer, sizes })
    ask()
  }
  const measureLater = () => {
    clearTimeout(measuring)
    measuring = setTimeout(measure, arrivedMs)
  }

  const resized = new ResizeObserver(askSoon)
  resized.observe(video)
  video.addEventListener('resize', measureLater)
  document.addEventListener('visibilitychange', askSoon)
  const stopEffect = effect(() => {
    if (picture.value) askSoon()
  })
  return () => {
    clearTimeout(timer)
    clearTimeout(measuring)
    resized.disconnect()
    video.removeEventListener('resize', measureLater)
    document.removeEventListener('visibilitychange', askSoon)
    stopEffect()
  }
}

function savesData(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean } }
  return connection?.saveData === true
}
