/** A video that plays from a playlist until it is closed. */
export type HlsPlaying = { close: () => void }

/**
 * Plays HLS: by the browser itself where it can, else by a library that is a chunk of its own. Answers
 * when the playlist was taken; throws where neither can.
 */
export async function playHls(video: HTMLVideoElement, url: string): Promise<HlsPlaying> {
  const { default: Hls } = await import('hls.js')
  if (!Hls.isSupported()) return playNatively(video, url)
  const hls = new Hls()
  hls.loadSource(url)
  hls.attachMedia(video)
  return { close: () => hls.destroy() }
}

function playNatively(video: HTMLVideoElement, url: string): HlsPlaying {
  if (video.canPlayType('application/vnd.apple.mpegurl') === '') {
    throw new Error('this browser plays no HLS')
  }
  video.src = url
  return {
    close() {
      video.removeAttribute('src')
      video.load()
    },
  }
}
