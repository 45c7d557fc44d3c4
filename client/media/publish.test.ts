import { Device } from 'mediasoup-client'
import * as fakes from 'mediasoup-client/fakeParameters'
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { MediaLine } from './line.ts'
import { type Kind, type Publisher, publish } from './publish.ts'

/** What goes out of the browser: the newest track of each kind. */
const sent: Partial<Record<Kind, MediaStreamTrack>> = {}
let publisher: Publisher | undefined

beforeEach(() => {
  const { send, replaceTrack } = FakeHandler.prototype
  const goesOut = (track: MediaStreamTrack) => (sent[track.kind as Kind] = track)
  vi.spyOn(Device, 'factory').mockImplementation(
    async () => new Device({ handlerFactory: FakeHandler.createFactory(fakes) }),
  )
  vi.spyOn(FakeHandler.prototype, 'send').mockImplementation(function (this: FakeHandler, asked) {
    goesOut(asked.track)
    return send.call(this, asked)
  })
  vi.spyOn(FakeHandler.prototype, 'replaceTrack').mockImplementation(function (
    this: FakeHandler,
    localId,
    track,
  ) {
    if (track) goesOut(track)
    return replaceTrack.call(this, localId, track)
  })
})
afterEach(() => {
  publisher?.close()
  vi.restoreAllMocks()
})

function track(kind: Kind): MediaStreamTrack {
  const one = { kind, enabled: true, readyState: 'live', getSettings: () => ({}) }
  return Object.assign(new EventTarget(), one) as unknown as MediaStreamTrack
}

/** A server that takes everything; `before` happens when a command is given. */
function line(before: (name: string) => void): MediaLine {
  const answers: Record<string, () => object> = {
    'media:capabilities': () => ({
      rtpCapabilities: fakes.generateRouterRtpCapabilities(),
      producers: [],
      iceServers: [],
    }),
    'media:transport': () => {
      const { id, ...rest } = fakes.generateTransportRemoteParameters()
      return { transportId: id, ...rest }
    },
    'media:produce': () => ({ producerId: crypto.randomUUID() }),
  }
  return {
    command: async (name) => {
      before(name)
      return (answers[name]?.() ?? {}) as never
    },
    on: () => () => undefined,
    whenUp: (tell) => {
      tell()
      return () => undefined
    },
  }
}

async function live(
  tracks: MediaStreamTrack[],
  before: (name: string) => void = () => undefined,
): Promise<Publisher> {
  const of = (kind: Kind) => tracks.filter((one) => one.kind === kind)
  const stream = { getVideoTracks: () => of('video'), getAudioTracks: () => of('audio') }
  const made = publish({ line: line(before), showId: 'show', stream: stream as MediaStream })
  publisher = made
  await expect.poll(() => made.state.value).toEqual({ at: 'live' })
  return made
}

test.each(['audio', 'video'] as const)(
  '%s that is off stays off in another track',
  async (kind) => {
    const { replaceTrack } = await live([track('video'), track('audio')])
    const next = track(kind)
    const replaced = replaceTrack(kind, next)
    next.enabled = false
    await replaced
    expect(sent[kind]).toBe(next)
    expect(next.enabled).toBe(false)
  },
)

test.each(['audio', 'video'] as const)(
  '%s that was off at first comes on in another track',
  async (kind) => {
    const first = track(kind)
    first.enabled = false
    const { replaceTrack } = await live([first])
    const next = track(kind)
    await replaceTrack(kind, next)
    expect(sent[kind]).toBe(next)
    expect(next.enabled).toBe(true)
  },
)

test('what is replaced on the way to the air goes out as it is by then', async () => {
  const next = { video: track('video'), audio: track('audio') }
  let produced = 0
  await live([track('video'), track('audio')], (name) => {
    if (name !== 'media:produce') return
    produced += 1
    if (produced === 1) void publisher?.replaceTrack('video', next.video)
    if (produced === 2) void publisher?.replaceTrack('audio', next.audio)
  })
  expect(sent.video).toBe(next.video)
  expect(sent.audio).toBe(next.audio)
  expect(produced).toBe(2)
})
