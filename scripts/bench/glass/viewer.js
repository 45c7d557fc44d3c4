// Runs in the viewer's page, before anything of ours: reads the time that each new frame shows.

{
  const bits = 16
  const cells = bits + 4
  /** The time goes round: what seems half a round late was early, by the millisecond that is cut off of both. */
  const half = 2 ** (bits - 1)
  /** A cell of the strip is read in its middle. */
  const [cellWidth, stripHeight] = [4, 4]
  const strip = new OffscreenCanvas(cells * cellWidth, stripHeight)
  const pen = strip.getContext('2d', { alpha: false, willReadFrequently: true })
  const glass = {
    took: [],
    told: [],
    wrong: 0,
    clickedAt: 0,
    firstMs: undefined,
    width: 0,
    since: 0,
  }
  globalThis.glass = glass
  let last = -1

  const connections = []
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) {
      super(...given)
      connections.push(this)
    }
  }

  /** So many frames, how long the browser held them before it showed them, and for how long the picture itself asked. */
  globalThis.heldSoFar = async () => {
    const reports = await Promise.all(connections.map((one) => one.getStats()))
    const pictures = reports
      .flatMap((report) => [...report.values()])
      .filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'video')
    const sum = (of) => pictures.reduce((all, picture) => all + picture[of], 0)
    return {
      frames: sum('jitterBufferEmittedCount'),
      heldMs: sum('jitterBufferDelay') * 1_000,
      askedMs: sum('jitterBufferMinimumDelay') * 1_000,
    }
  }

  addEventListener('click', (click) => (glass.clickedAt = click.timeStamp), true)

  let watched
  new MutationObserver(() => {
    const video = document.querySelector('video')
    if (!video || video === watched) return
    watched = video
    // A page hears of a frame when its next turn comes, which is up to a refresh of the screen after it was shown.
    const look = (_, { presentationTime, expectedDisplayTime }) => {
      const toldAt = performance.now()
      video.requestVideoFrameCallback(look)
      glass.firstMs ??= toldAt - glass.clickedAt
      if (glass.width !== video.videoWidth) glass.since = toldAt
      glass.width = video.videoWidth
      const shownAt = Math.max(presentationTime, expectedDisplayTime)
      glass.told.push(toldAt - shownAt)
      read(video, Math.floor(performance.timeOrigin + shownAt))
    }
    video.requestVideoFrameCallback(look)
  }).observe(document, { childList: true, subtree: true })

  function read(video, shownAt) {
    const { videoWidth, videoHeight } = video
    pen.drawImage(video, 0, 0, videoWidth, videoHeight / 4, 0, 0, strip.width, strip.height)
    const { data } = pen.getImageData(0, stripHeight / 2, strip.width, 1)
    const is = Array.from({ length: cells }, (_, n) => data[(n + 0.5) * cellWidth * 4] > 127)
    const time = is.slice(2, 2 + bits)
    const odd = time.filter(Boolean).length % 2 === 1
    if (!is[0] || is[1] || is[cells - 1] || is[cells - 2] !== odd) {
      glass.wrong += 1
      return
    }
    const drawnAt = time.reduce((sum, bit, n) => sum + (bit ? 2 ** n : 0), 0)
    // What is read may be newer than what was told of: it counts from when it is told of itself.
    if (drawnAt === last) glass.took.pop()
    last = drawnAt
    glass.took.push(((shownAt - drawnAt + half) & (2 ** bits - 1)) - half)
  }
}
