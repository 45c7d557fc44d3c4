import { publish } from '../../../client/media/publish.ts'
import { testPicture } from '../../../client/media/test-picture.ts'
import { watch } from '../../../client/media/watch.ts'

const hearers = new Map()
const ups = new Set()

/** `ask` is the test's: it runs a command in its process and answers an ack. */
const line = {
  async command(name, payload) {
    const ack = await globalThis.ask(name, payload)
    if (!ack.ok) throw Object.assign(new Error('refused'), ack.value)
    return ack.value
  },
  on(name, hear) {
    const known = hearers.get(name) ?? new Set()
    hearers.set(name, known)
    known.add(hear)
    return () => known.delete(hear)
  },
  whenUp(tell) {
    ups.add(tell)
    tell()
    return () => ups.delete(tell)
  },
}

const video = document.querySelector('video')

globalThis.media = {
  push(name, payload) {
    for (const hear of hearers.get(name) ?? []) hear(payload)
  },
  lineUp() {
    for (const tell of ups) tell()
  },
  async host(showId) {
    const picture = await testPicture()
    globalThis.media.publisher = publish({ line, showId, stream: picture.stream })
  },
  view(showId) {
    globalThis.media.watcher = watch({ line, showId })
    globalThis.media.watcher.attach(video)
  },
  state() {
    return (globalThis.media.publisher ?? globalThis.media.watcher).state.value
  },
  health: () => globalThis.media.publisher.health(),
  /** Frames that were really shown, and how wide the last one was. */
  frames: () => ({
    shown: video.getVideoPlaybackQuality().totalVideoFrames,
    width: video.videoWidth,
  }),
}
