import { io } from 'socket.io-client'
import { Refused } from '../../../client/api/refused.ts'
import { publish } from '../../../client/media/publish.ts'
import { testPicture } from '../../../client/media/test-picture.ts'
import { watch } from '../../../client/media/watch.ts'

/** A line to a room alone: `ask` is the test's, it runs a command there and answers an ack. */
const hearers = new Map()
const ups = new Set()
const roomLine = {
  async command(name, payload) {
    globalThis.media.asked.push(name)
    const ack = await globalThis.ask(name, payload)
    if (!ack.ok) throw new Refused(ack.value.code, 'refused', ack.value)
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

/** A line to a whole house, over its real socket, for somebody with a session there. */
async function houseLine({ url, token }) {
  const socket = io(url, { transports: ['websocket'], auth: { token } })
  await new Promise((resolve) => socket.once('connect', resolve))
  return {
    async command(name, payload) {
      const ack = await socket.timeout(8_000).emitWithAck(name, payload)
      if (!ack.ok) throw new Refused(ack.code, ack.message, ack)
      return ack.value
    },
    on(name, hear) {
      socket.on(name, hear)
      return () => socket.off(name, hear)
    },
    whenUp(tell) {
      socket.on('connect', tell)
      tell()
      return () => socket.off('connect', tell)
    },
  }
}

let line = roomLine
const video = document.querySelector('video')

globalThis.media = {
  push(name, payload) {
    for (const hear of hearers.get(name) ?? []) hear(payload)
  },
  lineUp() {
    for (const tell of ups) tell()
  },
  /** From here on, a house instead of a room; in its show, so that it hears of changes. */
  async enter(house, showId) {
    line = await houseLine(house)
    await line.command('show:join', { showId })
    // A socket that came back, perhaps at another node, is in no show.
    line.whenUp(() => void line.command('show:join', { showId }).catch(() => undefined))
    line.on('show:events', ({ events }) => globalThis.media.events.push(...events))
  },
  events: [],
  asked: [],
  async host(showId) {
    // Small: machines that test encode it in software, beside everything else.
    const picture = await testPicture({ width: 360, height: 640, fps: 15 })
    globalThis.media.publisher = publish({ line, showId, stream: picture.stream })
  },
  view(showId, entering) {
    globalThis.media.watcher?.close()
    globalThis.media.watcher = watch({ line, showId, entering })
    globalThis.media.watcher.attach(video)
  },
  resize(width) {
    video.style.width = `${width}px`
    video.style.height = `${(width * 16) / 9}px`
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
