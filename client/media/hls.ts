import type { ErrorData } from 'hls.js'

export type HlsPlaying = { close(): void }

/** A player that was mended so often in a row is given up. */
const mendsMax = 3

/**
 * Plays an HLS playlist in an element: by the browser itself where that is what it is made for
 * (Safari), elsewhere by hls.js. `lost` is told once when nothing helps any more.
 */
export async function playHls(
  video: HTMLVideoElement,
  url: string,
  lost: () => void = () => undefined,
): Promise<HlsPlaying> {
  return playsByItself(video) ? playNative(video, url, lost) : playByLibrary(video, url, lost)
}

/** Other browsers than Safari say yes too, and mean a part of it. */
function playsByItself(video: HTMLVideoElement): boolean {
  const can = video.canPlayType('application/vnd.apple.mpegurl') !== ''
  return can && ('ManagedMediaSource' in globalThis || !('MediaSource' in globalThis))
}

function playNative(video: HTMLVideoElement, url: string, lost: () => void): HlsPlaying {
  video.src = url
  video.addEventListener('error', lost, { once: true })
  return {
    close() {
      video.removeEventListener('error', lost)
      video.removeAttribute('src')
      video.load()
    },
  }
}

async function playByLibrary(
  video: HTMLVideoElement,
  url: string,
  lost: () => void,
): Promise<HlsPlaying> {
  const { default: Hls, ErrorTypes, Events } = await import('hls.js/light')
  const hls = new Hls({ enableWorker: false, lowLatencyMode: true, backBufferLength: 30 })
  let mends = 0
  const mend = ({ fatal, type }: ErrorData) => {
    if (!fatal) return
    mends += 1
    if (type === ErrorTypes.MEDIA_ERROR && mends <= mendsMax) return hls.recoverMediaError()
    hls.destroy()
    lost()
  }
  hls.on(Events.ERROR, (_event, data) => mend(data))
  hls.on(Events.FRAG_BUFFERED, () => {
    mends = 0
  })
  hls.loadSource(url)
  hls.attachMedia(video)
  return { close: () => hls.destroy() }
}
