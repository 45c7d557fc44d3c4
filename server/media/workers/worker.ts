import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { createWorker, workerBin as installedBin, type types } from 'mediasoup'
import type { Logger } from '../../base/log.ts'
import { limits } from '../limits.ts'

export type WorkerPlace = {
  index: number
  port: number
  listenIp: string
  announcedAddress?: string | undefined
  workerBin?: string | undefined
  log: Logger
}

/** What `kill -9`, a crash, a missed probe or our own closing makes of a worker. */
export type Gone = (why: string) => void

/**
 * One mediasoup worker process with its WebRtcServer: one UDP and TCP port for all its transports.
 * It is over once: by its process ending, by not answering the probe (a stopped or stuck process
 * ends no connection and tells nobody), or by `close`.
 */
export class MediaWorker {
  readonly index: number
  readonly server: types.WebRtcServer
  readonly startedAt = performance.now()
  /** Recv transports on it: what new viewers are spread by. */
  viewers = 0
  /** CPU time of the process so far, as of the last answered probe. */
  cpuMs = 0
  readonly #worker: types.Worker
  readonly #log: Logger
  readonly #gone: Gone
  #over = false
  #unanswered = 0
  readonly #probing: NodeJS.Timeout
  /** Settles when the process is really gone and its port free. */
  readonly ended: Promise<void>

  /** Starts a process and opens its port, or fails with a reason that can be shown. */
  static async start(place: WorkerPlace, gone: Gone): Promise<MediaWorker> {
    const workerBin = place.workerBin ?? installedBin
    await access(workerBin, constants.X_OK).catch((cause: unknown) => {
      throw new Error(`no media worker at ${workerBin}`, { cause })
    })
    const worker = await spawned(workerBin, place.log)
    try {
      const server = await worker.createWebRtcServer({ listenInfos: listenInfos(place) })
      return new MediaWorker({ worker, server, place, gone })
    } catch (cause) {
      end(worker, place.log)
      throw new Error(`port ${place.port} cannot be opened`, { cause })
    }
  }

  private constructor(made: {
    worker: types.Worker
    server: types.WebRtcServer
    place: WorkerPlace
    gone: Gone
  }) {
    this.index = made.place.index
    this.server = made.server
    this.#worker = made.worker
    this.#log = made.place.log
    this.#gone = made.gone
    this.#worker.observer.once('close', () => this.#end('its process ended'))
    this.ended = new Promise((resolve) => this.#worker.once('subprocessclose', resolve))
    this.#probing = setInterval(() => this.#probe(), limits.probeMs)
    this.#probing.unref()
  }

  get alive(): boolean {
    return !this.#over && !this.#worker.closed
  }

  get pid(): number {
    return this.#worker.pid
  }

  createRouter(mediaCodecs: types.RouterRtpCodecCapability[]): Promise<types.Router> {
    return this.#worker.createRouter({ mediaCodecs })
  }

  dump(): Promise<types.WorkerDump> {
    return this.#worker.dump()
  }

  close(): void {
    this.#end('closed', false)
  }

  /**
   * Asks for a sign of life. Misses are counted in turns of our own timer, not in elapsed time:
   * when this process itself was held up, that is no fault of the worker.
   */
  #probe(): void {
    if (this.#unanswered >= limits.probeMisses) return this.#end('it did not answer')
    this.#unanswered += 1
    this.#worker.getResourceUsage().then(
      ({ ru_utime, ru_stime }) => {
        this.#unanswered = 0
        this.cpuMs = ru_utime + ru_stime
      },
      (cause: unknown) =>
        this.#log.debug({ err: cause, pid: this.pid }, 'media worker probe failed'),
    )
  }

  #end(why: string, tell = true): void {
    if (this.#over) return
    this.#over = true
    clearInterval(this.#probing)
    end(this.#worker, this.#log)
    if (tell) this.#gone(why)
  }
}

/** Closes it on our side and makes sure of the process: a stopped one hears no polite word. */
function end(worker: types.Worker, log: Logger): void {
  if (!worker.closed) worker.close()
  const killing = setTimeout(() => {
    if (!worker.subprocessClosed) kill(worker.pid, log)
  }, killAfterMs)
  worker.once('subprocessclose', () => clearTimeout(killing))
}

function kill(pid: number, log: Logger): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (cause) {
    log.debug({ err: cause, pid }, 'media worker had ended by itself')
  }
}

/** A healthy process ends itself within milliseconds of its channel closing. */
const killAfterMs = 300

/**
 * mediasoup makes each worker close itself when this process gets SIGTERM, which would end every
 * stream at the first moment of an orderly drain. When to close is for whoever owns us to say; a
 * worker whose parent dies notices by itself.
 */
async function spawned(workerBin: string, log: Logger): Promise<types.Worker> {
  const before = new Set([...process.listeners('SIGTERM'), ...process.listeners('SIGINT')])
  const starting = createWorker({ workerBin, logLevel: 'warn' })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    for (const listener of process.listeners(signal)) {
      if (!before.has(listener)) process.removeListener(signal, listener)
    }
  }
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      starting.then(
        (worker) => end(worker, log),
        (cause: unknown) => log.debug({ err: cause }, 'media worker failed after its time'),
      )
      reject(new Error(`${workerBin} does not start`))
    }, limits.workerStartMs)
  })
  return Promise.race([starting, late]).finally(() => clearTimeout(timer))
}

/**
 * The kernel's own buffer (208 KB) holds a third of a second of one host: a worker that waited longer for a
 * core lost her packets, for everybody. Of this, the kernel grants what `net.core.rmem_max` allows.
 */
export const udpBuffers = { recvBufferSize: 2 ** 21, sendBufferSize: 2 ** 21 }

function listenInfos(place: WorkerPlace): types.TransportListenInfo[] {
  return (['udp', 'tcp'] as const).map((protocol) => ({
    protocol,
    ...(protocol === 'udp' && udpBuffers),
    ip: place.listenIp,
    port: place.port,
    ...(place.announcedAddress ? { announcedAddress: place.announcedAddress } : {}),
  }))
}
