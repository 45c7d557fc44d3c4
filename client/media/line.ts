import { Device, type types } from 'mediasoup-client'
import type { CommandIn, CommandName, CommandOut, Pushes, PushName } from '../api/contract.ts'
import { asRefused, type RefusedCode } from '../api/refused.ts'

/** What media needs of the page's socket; `{ command, on, whenUp }` of `api/socket.ts` is one. */
export type MediaLine = {
  command<C extends CommandName>(name: C, payload: CommandIn<C>): Promise<CommandOut<C>>
  on<P extends PushName>(name: P, hear: (push: Pushes[P]) => void): () => void
  /** Told on every connect; transports of the connection before are gone with it. */
  whenUp(tell: () => void): () => void
}

export type Direction = 'send' | 'recv'
export type ProducerInfo = Pushes['media:changed']['producers'][number]

/** What a show speaks and has on now, with a device that can talk to it. */
export type Met = {
  device: Device
  producers: ProducerInfo[]
  iceServers: RTCIceServer[]
}

export async function meet(line: MediaLine, showId: string): Promise<Met> {
  const { rtpCapabilities, producers, iceServers } = await line.command('media:capabilities', {
    showId,
  })
  const device = await deviceFor(rtpCapabilities as types.RtpCapabilities)
  return { device, producers, iceServers: iceServers as RTCIceServer[] }
}

/** A server speaks the same in all its shows: one device is loaded, two offers' worth of work. */
let loaded: { spoken: string; device: Promise<Device> } | undefined

function deviceFor(routerRtpCapabilities: types.RtpCapabilities): Promise<Device> {
  const spoken = JSON.stringify(routerRtpCapabilities)
  if (loaded?.spoken === spoken) return loaded.device
  const device = loadDevice(routerRtpCapabilities)
  loaded = { spoken, device }
  device.catch(() => {
    if (loaded?.device === device) loaded = undefined
  })
  return device
}

async function loadDevice(routerRtpCapabilities: types.RtpCapabilities): Promise<Device> {
  const device = await newDevice()
  await device.load({ routerRtpCapabilities })
  return device
}

/** The device of an earlier meeting, when there was one. */
export function knownDevice(): Promise<Device> | undefined {
  return loaded?.device
}

/** Long enough for a browser to see its own networks; servers beyond them are not asked. */
const lookAroundMs = 2_000

/** A browser's first connection waits until it has looked at its networks; from then on it knows them. */
export async function lookAround(): Promise<void> {
  const connection = new RTCPeerConnection()
  connection.createDataChannel('')
  const found = new Promise((resolve) => connection.addEventListener('icecandidate', resolve))
  await connection.setLocalDescription()
  await Promise.race([found, new Promise((resolve) => setTimeout(resolve, lookAroundMs))])
  connection.close()
}

/** Browsers that hide who they are (headless ones too) speak as today's Chromium does. */
async function newDevice(): Promise<Device> {
  try {
    return await Device.factory()
  } catch {
    return new Device({ handlerName: 'Chrome111' })
  }
}

/** A network that is gone for less than this heals by itself; after it ICE is restarted. */
const restartIceAfterMs = 1_500

type Consumed = NonNullable<CommandOut<'media:transport'>['consumers']>
export type Opened = {
  transport: types.Transport
  consumers: Consumed
  /** The server has media for its own machine alone, and not each browser there comes to it: Firefox does not. */
  onlyHere: boolean
  close: () => void
}

/**
 * Opens a transport and keeps it healthy: an interrupted connection gets an ICE restart, one that
 * failed or that the server closed is `lost` with the server's reason, once. One that receives comes
 * with all that is on.
 */
export async function openTransport(
  line: MediaLine,
  met: { device: Device; iceServers?: RTCIceServer[] },
  asked: { showId: string; direction: Direction; lost: (cause: unknown) => void },
): Promise<Opened> {
  const { showId, direction } = asked
  const opened = await line.command('media:transport', {
    showId,
    direction,
    ...(direction === 'recv' && { rtpCapabilities: met.device.recvRtpCapabilities }),
  })
  const { transportId } = opened
  const options = {
    id: transportId,
    iceParameters: opened.iceParameters as types.IceParameters,
    iceCandidates: opened.iceCandidates as types.IceCandidate[],
    dtlsParameters: opened.dtlsParameters as types.DtlsParameters,
    iceServers: (opened.iceServers as RTCIceServer[] | undefined) ?? met.iceServers ?? [],
  }
  const transport =
    direction === 'send'
      ? met.device.createSendTransport(options)
      : met.device.createRecvTransport(options)
  let over = false
  const lose = (cause: unknown) => {
    if (over) return
    end()
    asked.lost(cause)
  }
  answerTransport(line, transport, lose)
  const stopHealing = heal(line, transport, lose)
  const stopHearing = line.on('media:closed', (push) => {
    if (push.transportId === transportId) lose(push.reason)
  })
  const end = () => {
    over = true
    stopHealing()
    stopHearing()
    transport.close()
  }
  const close = () => {
    if (over) return
    end()
    // When the line is down, the server closes what was ours by itself.
    line.command('media:close', { transportId }).catch(() => undefined)
  }
  const onlyHere = options.iceCandidates.every(({ address }) => /^(127\.|::1$)/.test(address))
  return { transport, consumers: opened.consumers ?? [], onlyHere, close }
}

/**
 * mediasoup-client asks by events; the answers are the wire's commands. The browser looks for its way
 * to the server while that is told who comes: one round trip less before the first frame.
 */
function answerTransport(
  line: MediaLine,
  transport: types.Transport,
  lose: (cause: unknown) => void,
): void {
  const transportId = transport.id
  transport.on('connect', ({ dtlsParameters }, done) => {
    line.command('media:connect', { transportId, dtlsParameters }).catch(lose)
    done()
  })
  transport.on('produce', ({ kind, rtpParameters }, done, failed) => {
    line
      .command('media:produce', { transportId, kind, rtpParameters })
      .then(({ producerId }) => done({ id: producerId }), failed)
  })
}

function heal(
  line: MediaLine,
  transport: types.Transport,
  lose: (cause: unknown) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const restart = async () => {
    try {
      const { iceParameters } = await line.command('media:restart', { transportId: transport.id })
      await transport.restartIce({ iceParameters: iceParameters as types.IceParameters })
    } catch {
      lose('restart-refused')
    }
  }
  transport.on('connectionstatechange', (state) => {
    clearTimeout(timer)
    if (state === 'disconnected') timer = setTimeout(() => void restart(), restartIceAfterMs)
    if (state === 'failed') lose('failed')
  })
  return () => clearTimeout(timer)
}

/** No more pictures fit at this node; everything else of it goes on. */
export function isFull(cause: unknown): boolean {
  return asRefused(cause).code === 'FULL'
}

/** Reasons and refusals after which trying again would be rude or in vain. */
const finalReasons = new Set(['replaced', 'banned', 'ended'])
const finalCodes = new Set<RefusedCode>([
  'BANNED',
  'CONFLICT',
  'FORBIDDEN',
  'UNAUTHENTICATED',
  'VALIDATION',
])

/** Why something is over for good, or that it is worth another try and when. */
export type Verdict = { final: string } | { retryAfterMs: number | undefined }

export function verdictOf(cause: unknown): Verdict {
  if (typeof cause === 'string') {
    return finalReasons.has(cause) ? { final: cause } : { retryAfterMs: undefined }
  }
  const { code, retryAfterMs } = asRefused(cause)
  return finalCodes.has(code) ? { final: code } : { retryAfterMs }
}
