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
    await globalThis.media.before?.(name)
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

/** What receives here, so that a test can have it come late. */
const connections = []
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) {
    super(...given)
    connections.push(this)
  }
}
function receivers() {
  const open = connections.filter(({ connectionState }) => connectionState === 'connected')
  return open.flatMap((connection) => connection.getReceivers())
}
const waits = new Map()

/** What comes late, whatever the client asks of its buffer. */
const atLeast = { audio: 0, video: 0 }
const target = Object.getOwnPropertyDescriptor(RTCRtpReceiver.prototype, 'jitterBufferTarget')
Object.defineProperty(RTCRtpReceiver.prototype, 'jitterBufferTarget', {
  ...target,
  set(ms) {
    target.set.call(this, Math.max(ms, atLeast[this.track.kind]))
  },
})

/** What the host shows; small, because machines that test encode it in software, beside everything else. */
let shown
const showAnother = async () => {
  shown?.stop()
  shown = await testPicture({ width: 270, height: 480, fps: 15 })
  return shown.stream
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
    globalThis.media.publisher = publish({ line, showId, stream: await showAnother() })
  },
  swapBefore(command) {
    globalThis.media.before = async (name) => {
      if (name !== command) return
      globalThis.media.before = undefined
      for (const track of (await showAnother()).getTracks())
        void globalThis.media.publisher.replaceTrack(track.kind, track)
    }
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
  delay(kind, ms) {
    atLeast[kind] = ms
    for (const receiver of receivers())
      if (receiver.track.kind === kind) receiver.jitterBufferTarget = 0
  },
  held(kind) {
    const of = receivers().filter(({ track }) => track.kind === kind)
    return Math.max(...of.map((receiver) => receiver.jitterBufferTarget))
  },
  /**
   * How long each waited to be heard and seen since this was asked before, in ms. A frame is out of its buffer
   * 10 ms before Chromium means to show it.
   */
  async waited() {
    const told = await Promise.all(receivers().map((receiver) => receiver.getStats()))
    const waited = { audio: 0, video: 10 }
    for (const one of told.flatMap((report) => [...report.values()])) {
      const s = one.jitterBufferDelay ?? one.totalPlayoutDelay
      const n = one.jitterBufferEmittedCount ?? one.totalSamplesCount
      if (!n) continue
      const before = waits.get(one.id) ?? { s: 0, n: 0 }
      waits.set(one.id, { s, n })
      waited[one.kind] += ((s - before.s) * 1_000) / (n - before.n)
    }
    return waited
  },
  /** Frames that were really shown, and how wide the last one was. */
  frames: () => ({
    shown: video.getVideoPlaybackQuality().totalVideoFrames,
    width: video.videoWidth,
  }),
}
