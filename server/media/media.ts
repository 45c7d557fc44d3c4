import { setLogEventListeners } from 'mediasoup'
import type { Clock } from '../base/clock.ts'
import { within } from '../base/deadline.ts'
import type { Logger } from '../base/log.ts'
import { notFound, Refusal } from '../base/refusal.ts'
import { failed } from './errors.ts'
import { healthOf } from './gauges/gauges.ts'
import { limits as defaultLimits, type Limits } from './limits.ts'
import type { Neighbours, Origin } from './pipes/neighbours.ts'
import { checkLeaveAsked, checkLookAsked, checkOpenAsked, checkStreamAsked } from './pipes/words.ts'
import { type MediaEars, MediaRoom } from './room.ts'
import type { ProducerInfo } from './streams/stream.ts'
import { tapeSource } from './tape/source.ts'
import type { TapeSource } from './tape/take.ts'
import { type IceServer, iceServersFor } from './transports/ice.ts'
import type { CloseReason } from './transports/transport.ts'
import { offerVerbs } from './verbs/offers.ts'
import { type Answered, type MediaPeer, streamVerbs, transportVerbs } from './verbs/verbs.ts'
import type { MediaStatus } from './workers/pool.ts'

export type { IceServer, MediaEars, MediaPeer, MediaStatus, Neighbours, ProducerInfo }

export type MediaSettings = {
  workers: number
  listenIp: string
  announcedAddress?: string | undefined
  /** Worker w of process p listens on port + p × workers + w, UDP and TCP. */
  port: number
  processIndex: number
  workerBin?: string | undefined
  iceServers?: readonly IceServer[] | undefined
  turnSecret?: string | undefined
  /** For load tests and tests of the bounds themselves. */
  limits?: Partial<Limits> | undefined
}

export type MediaNeeds = {
  settings: MediaSettings
  log: Logger
  clock: Clock
  /** The other nodes; none in a house of one. */
  neighbours?: Neighbours | undefined
}

export type Media = Awaited<ReturnType<typeof createMedia>>

/**
 * The media of all streams of this process. Always returns: without a worker that runs, every verb
 * says UNAVAILABLE, `status` says why, and the workers are tried again for as long as it is open.
 * Every verb answers or refuses within its deadline; whether a peer may do what it asks is decided
 * before it gets here, whose transport something is, in here.
 */
export async function createMedia({ settings, log, clock, neighbours }: MediaNeeds) {
  const limits: Limits = { ...defaultLimits, ...settings.limits }
  logTo(log)
  const room = new MediaRoom({ places: workerPlaces(settings, log), limits, log, neighbours })
  await room.pool.open()
  const answered: Answered = (verb) => withinDeadline(limits.verbMs, verb)
  const carried: Answered = (verb) => answered(() => withWorker(room, verb))

  return {
    status: (): MediaStatus => room.pool.status(),
    listen: (ears: Partial<MediaEars>) => room.listen(ears),
    stats: () => room.stats(),
    iceServers: (accountId: string): IceServer[] =>
      iceServersFor(accountId, settings.iceServers ?? [], {
        turnSecret: settings.turnSecret,
        nowMs: clock.now().getTime(),
      }),

    /** What is on now; empty for a stream that nobody publishes here. */
    producers: (streamId: string): ProducerInfo[] => room.known(streamId)?.producers ?? [],
    /** For the tape: what comes in on this node, while it flows. */
    tapeSource: (streamId: string): TapeSource | undefined => tapeSource(room.known(streamId)),

    /** The stream comes in on that node now, or with another set of producers. */
    originIs: (streamId: string, origin: Origin) => room.known(streamId)?.originIs(origin),
    isFlowing: (streamId: string) => room.known(streamId)?.picture.flowing ?? false,
    /** Another node has it: whoever publishes it here is off the air. */
    replaced: (streamId: string) => room.known(streamId)?.replaced(),
    /** What other nodes may ask this one; only they get as far as here. */
    answers: answersTo(room),

    ...transportVerbs(room, { answered, carried }),
    ...streamVerbs(room, carried),
    ...offerVerbs(room, carried),

    /** The peer is gone with its socket; nobody is told, there is nobody left to tell. */
    closePeer: (peerId: string) => room.closePeer(peerId, 'left'),
    /** Ends what an account has open in a stream, also what is still being opened. */
    closeAccount: (streamId: string, accountId: string, reason: CloseReason) =>
      room.closeAccount(streamId, accountId, reason),
    closeStream: (streamId: string, reason: CloseReason) => room.closeStream(streamId, reason),

    /** What the workers themselves count, to compare with `stats`. */
    dump: () => carried(() => Promise.all(room.pool.alive.map((worker) => worker.dump()))),
    /** For faults: the processes that carry the streams. */
    workerPids: () => room.pool.alive.map(({ pid }) => pid),
    close: () => room.close(),
    [Symbol.dispose]: () => room.close(),
  }
}

function answersTo(room: MediaRoom) {
  return {
    pipe: async (asked: unknown) => outletsOf(room).open(checkOpenAsked(asked)),
    look: async (asked: unknown) => outletsOf(room).look(checkLookAsked(asked)),
    leave: async (asked: unknown) => outletsOf(room).leave(checkLeaveAsked(asked).pipeId),
    changed: async (asked: unknown) => room.known(checkStreamAsked(asked).streamId)?.changedThere(),
    health: async (asked: unknown) => {
      const stream = room.known(checkStreamAsked(asked).streamId)
      if (!stream) throw notFound('stream')
      return healthOf(stream)
    },
  }
}

function outletsOf({ outlets }: MediaRoom) {
  if (!outlets) throw notFound('pipe')
  return outlets
}

/**
 * One answer per verb: its own, its refusal, or UNAVAILABLE when the worker takes too long. What it
 * still brings about after that is found again by the next try (a consumer, a replaced producer) or
 * closed by itself (a transport that never connects).
 */
async function withinDeadline<R>(ms: number, verb: () => Promise<R>): Promise<R> {
  try {
    return await within(ms, verb())
  } catch (error) {
    throw error instanceof Refusal ? error : failed(error)
  }
}

/** Refuses where no worker runs; starts without delay where one does. */
async function withWorker<R>(room: MediaRoom, verb: () => Promise<R>): Promise<R> {
  if (!room.pool.works) await room.pool.mayComeBack()
  return verb()
}

function workerPlaces(settings: MediaSettings, log: Logger) {
  const { workers, port, processIndex, listenIp, announcedAddress, workerBin } = settings
  return Array.from({ length: workers }, (_, index) => ({
    index,
    port: port + processIndex * workers + index,
    listenIp,
    announcedAddress,
    workerBin,
    log,
  }))
}

/** mediasoup logs by itself otherwise, past our levels. A worker's death is logged by its pool. */
function logTo(log: Logger): void {
  setLogEventListeners({
    onwarn: (from, text) => log.debug({ from }, text),
    onerror: (from, text, err) => log.warn({ from, err }, text),
  })
}
