import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { types } from 'mediasoup'
import { BoxReader } from './boxes.ts'
import { type Followed, type Fragment, readFragment, readInit } from './fragments.ts'
import { limits } from './limits.ts'
import { freePorts, startProgram } from './program.ts'
import { describe, type Track } from './sdp.ts'

/** What is on air now, on the router where it comes in. */
export type TapeSource = {
  router: types.Router
  video: types.Producer
  audio: types.Producer | undefined
}

export type TakeNeeds = {
  source: TapeSource
  program: string
  /** What a player must have first; then fragments in order, each with when it arrived. */
  began(init: Buffer): void
  fragment(fragment: Fragment, arrivedAtMs: number): void
  now(): number
}

/** How a take ended: on request or with its source, or because something failed. */
export type TakeEnd = { failed: boolean; why: string; complaints: string[] }

type Leg = { transport: types.PlainTransport; consumer: types.Consumer; track: Track }

/**
 * One run of the program, over one picture and its sound. It ends with its source: a host who
 * comes back, also with another camera, begins another take.
 */
export class Take {
  readonly over: Promise<TakeEnd>
  readonly pid: number | undefined
  readonly #needs: TakeNeeds
  readonly #legs: Leg[]
  readonly #child: ChildProcessWithoutNullStreams
  readonly #reader = new BoxReader()
  readonly #complaints: string[] = []
  #followed: Followed | undefined
  #held: Buffer[] = []
  #asking: NodeJS.Timeout | undefined
  #askedEvery = 0
  #parameters: Buffer[] | undefined
  #outgrown = false
  #killing: NodeJS.Timeout | undefined
  /** Why it ends, once that is decided. */
  #ending: { failed: boolean; why: string } | undefined

  static async open(needs: TakeNeeds): Promise<Take> {
    const { router, video, audio } = needs.source
    const producers = audio ? [video, audio] : [video]
    const ports = await freePorts(producers.length)
    const opened = await Promise.allSettled(
      producers.map((producer, i) => openLeg(router, producer, ports[i] ?? 0)),
    )
    const legs = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const refused = opened.find((one) => one.status === 'rejected')
    if (refused) {
      for (const { transport } of legs) transport.close()
      throw refused.reason
    }
    return new Take(needs, legs)
  }

  private constructor(needs: TakeNeeds, legs: Leg[]) {
    this.#needs = needs
    this.#legs = legs
    const { video, audio } = needs.source
    this.#child = startProgram(needs.program, {
      sdp: describe(legs.map(({ track }) => track)),
      hasSound: audio !== undefined,
      encode: !isH264(video),
    })
    this.pid = this.#child.pid
    this.over = this.#run()
    for (const { transport, consumer } of legs) {
      transport.once('routerclose', () => this.end('its worker is gone'))
      consumer.once('producerclose', () => this.end('its source is gone'))
      consumer.resume().catch(() => this.end('its source is gone'))
    }
    this.#ask(limits.firstKeyFrameMs)
  }

  /** Writes what is still in the program, then it is over. */
  end(why: string): void {
    this.#stop({ failed: false, why })
  }

  #stop(ending: { failed: boolean; why: string }): void {
    if (this.#ending) return
    this.#ending = ending
    clearInterval(this.#asking)
    this.#child.kill('SIGINT')
    this.#killing = setTimeout(() => this.#child.kill('SIGKILL'), limits.programEndMs)
  }

  async #run(): Promise<TakeEnd> {
    const { stdout, stderr } = this.#child
    stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    stderr.setEncoding('utf8').on('data', (text: string) => this.#note(text))
    const { promise, resolve } = Promise.withResolvers<string>()
    this.#child.once('error', (error) => resolve(error.message))
    this.#child.once('close', (code, signal) => resolve(`it ended with ${signal ?? code}`))
    const how = await promise
    clearInterval(this.#asking)
    clearTimeout(this.#killing)
    for (const { transport } of this.#legs) transport.close()
    const ending = this.#ending ?? { failed: true, why: how }
    return { ...ending, complaints: this.#complaints }
  }

  #take(chunk: Buffer): void {
    try {
      for (const { type, bytes } of this.#reader.push(chunk)) this.#box(type, bytes)
    } catch (error) {
      this.#note(error instanceof Error ? error.message : String(error))
      this.#stop({ failed: true, why: 'what it wrote cannot be read' })
    }
  }

  #box(type: string, bytes: Buffer): void {
    if (type === 'ftyp' || type === 'moof') this.#held = [bytes]
    else if (type === 'moov') {
      const init = Buffer.concat([...this.#held, bytes])
      this.#followed = readInit(init)
      this.#needs.began(init)
    } else if (type === 'mdat' && this.#followed && !this.#outgrown) {
      const fragment = readFragment(Buffer.concat([...this.#held, bytes]), this.#followed)
      if (!fragment) return
      this.#outgrown = this.#isAnother(fragment.parameters)
      if (this.#outgrown) return this.end('another size of picture')
      this.#needs.fragment(fragment, this.#needs.now())
      if (!this.#ending) this.#ask(limits.keyFrameMs)
    }
  }

  /** A layer that is lost or comes back has another size: players must be told by another init. */
  #isAnother(parameters: Buffer[]): boolean {
    const [before, now] = [this.#parameters, parameters]
    if (now.length === 0) return false
    this.#parameters = now
    return before !== undefined && !before[0]?.equals(now[0] as Buffer)
  }

  #ask(everyMs: number): void {
    if (this.#askedEvery === everyMs) return
    this.#askedEvery = everyMs
    clearInterval(this.#asking)
    const [picture] = this.#legs
    this.#asking = setInterval(() => {
      picture?.consumer.requestKeyFrame().catch(() => this.end('its source is gone'))
    }, everyMs)
  }

  #note(text: string): void {
    this.#complaints.push(...text.split('\n').filter(Boolean))
    this.#complaints.splice(0, this.#complaints.length - limits.complaintsMax)
  }
}

function isH264({ rtpParameters }: types.Producer): boolean {
  return rtpParameters.codecs[0]?.mimeType.toLowerCase() === 'video/h264'
}

async function openLeg(router: types.Router, producer: types.Producer, port: number): Promise<Leg> {
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    rtcpMux: false,
    comedia: false,
  })
  try {
    await transport.connect({ ip: '127.0.0.1', port, rtcpPort: port + 1 })
    const consumer = await transport.consume({
      producerId: producer.id,
      rtpCapabilities: plain(router.rtpCapabilities),
      paused: true,
    })
    return {
      transport,
      consumer,
      track: { kind: producer.kind, rtp: consumer.rtpParameters, port },
    }
  } catch (error) {
    transport.close()
    throw error
  }
}

/**
 * What the program speaks: no repair packets, no header extensions, and no bandwidth estimation,
 * which on the loopback would only keep the best layer from it.
 */
function plain({ codecs = [] }: types.RtpCapabilities): types.RtpCapabilities {
  const asks = ({ type, parameter }: types.RtcpFeedback) =>
    (type === 'nack' && parameter === 'pli') || type === 'ccm'
  return {
    headerExtensions: [],
    codecs: codecs
      .filter(({ mimeType }) => !mimeType.endsWith('/rtx'))
      .map((codec) => ({ ...codec, rtcpFeedback: codec.rtcpFeedback?.filter(asks) ?? [] })),
  }
}
