import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { createWorker, workerBin as installedBin, type types, version } from 'mediasoup'
import { io, type Socket } from 'socket.io-client'
import type { Ack } from '../../shared/wire/base.ts'
import { type Finding, fail, looked, ok, reasonOf, warn } from './finding.ts'
import { isExecutable } from './machine.ts'
import { askTcp, askUdp } from './stun.ts'

export type MediaSettings = {
  listenIp: string
  announcedAddress: string | undefined
  port: number
  processes: number
  workers: number
  workerBin: string | undefined
}
type Candidate = { protocol: string; address: string; port: number }
type Ice = { usernameFragment: string; password: string }

const answerMs = 8_000
const codecs: types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
]

/** The worker starts, and packets to every address that viewers are told really arrive. */
export async function checkMedia(
  settings: MediaSettings,
  localUrl: string | undefined,
): Promise<Finding[]> {
  if (settings.workers === 0) return [ok('media', 'MEDIA_WORKERS=0: shows run without a picture')]
  const program = await checkWorker(settings.workerBin)
  if (program.some(({ status }) => status === 'fail')) return program
  const advice =
    'See that MEDIA_PORT and the ports after it are free, and MEDIA_LISTEN_IP is an address of this machine.'
  const path = await looked('media path', advice, () =>
    localUrl === undefined ? rehearse(settings) : checkRunning(localUrl),
  )
  const served = localUrl === undefined ? [] : await checkServed(localUrl)
  return [...program, ...served, ...judgeReach(settings), ...path]
}

/** While it runs: the packets below go to one worker; whether all of them run, the house itself says. */
function checkServed(localUrl: string): Promise<Finding[]> {
  const advice = 'Free its port (`ss -lntup`) or choose another MEDIA_PORT; else read the log.'
  return looked('media workers', advice, async () => {
    const answer = await fetch(`${localUrl}/readyz`, { signal: AbortSignal.timeout(answerMs) })
    const { media } = (await answer.json()) as { media: { state: string; reason: string | null } }
    if (media.state === 'ok') return [ok('media workers', 'all of them run')]
    return [fail('media workers', `not all of them run: ${media.reason}`, advice)]
  })
}

async function checkWorker(given: string | undefined): Promise<Finding[]> {
  const program = given ?? installedBin
  const advice =
    'Run `npm start` once: it downloads or builds the worker. Or set MEDIASOUP_WORKER_BIN.'
  return looked('media worker', advice, async () => {
    if (!(await isExecutable(program)))
      return [fail('media worker', `there is none at ${program}`, advice)]
    const worker = await createWorker({ workerBin: program, logLevel: 'none' })
    const { pid } = worker
    await end(worker)
    return [ok('media worker', `for mediasoup ${version}, starts (pid ${pid})`)]
  })
}

/** Loopback is for trying: whoever sits elsewhere is told an address of their own machine. */
function judgeReach({ listenIp, announcedAddress }: MediaSettings): Finding[] {
  const told = announcedAddress ?? listenIp
  if (['0.0.0.0', '::'].includes(told)) {
    const advice = 'Set MEDIA_ANNOUNCED_ADDRESS to the public address of this machine.'
    return [fail('media address', `viewers are told to send to ${told}`, advice)]
  }
  if (!/^(127\.|::1$|localhost$)/.test(told))
    return [ok('media address', `viewers are told ${told}`)]
  const advice =
    'For others set MEDIA_LISTEN_IP=0.0.0.0 and MEDIA_ANNOUNCED_ADDRESS to the public address.'
  return [warn('media address', `viewers are told ${told}: only this machine has pictures`, advice)]
}

/** While the house is closed: its ports are opened as it does, and packets sent to each. */
async function rehearse(settings: MediaSettings): Promise<Finding[]> {
  const { workerBin } = settings
  const worker = await createWorker({ ...(workerBin && { workerBin }), logLevel: 'none' })
  try {
    const router = await worker.createRouter({ mediaCodecs: codecs })
    const findings: Finding[] = []
    for (let n = 0; n < settings.processes * settings.workers; n++) {
      findings.push(...(await rehearsePort(settings, worker, router, settings.port + n)))
    }
    return findings
  } finally {
    await end(worker)
  }
}

/** Its ports are free again when its process has ended, not when it was told to. */
async function end(worker: types.Worker): Promise<void> {
  if (worker.subprocessClosed) return
  const ended = once(worker, 'subprocessclose')
  worker.close()
  await ended
}

async function rehearsePort(
  { listenIp, announcedAddress }: MediaSettings,
  worker: types.Worker,
  router: types.Router,
  port: number,
): Promise<Finding[]> {
  const announced = announcedAddress === undefined ? {} : { announcedAddress }
  const listenInfos = (['udp', 'tcp'] as const).map((protocol) => ({
    protocol,
    ip: listenIp,
    port,
    ...announced,
  }))
  const advice = `Free port ${port} (\`ss -lntup\`), or choose another MEDIA_PORT; MEDIA_LISTEN_IP must be an address of this machine.`
  return looked('media path', advice, async () => {
    const webRtcServer = await worker.createWebRtcServer({ listenInfos })
    const transport = await router.createWebRtcTransport({
      webRtcServer,
      enableUdp: true,
      enableTcp: true,
    })
    return tryCandidates(transport.iceCandidates, transport.iceParameters)
  })
}

/** While it runs: a guest asks for a transport in a show, as a viewer does, and packets go there. */
async function checkRunning(localUrl: string): Promise<Finding[]> {
  const get = async <T>(path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${localUrl}/api/v1${path}`, {
      ...init,
      signal: AbortSignal.timeout(answerMs),
    })
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}`)
    return (await answer.json()) as T
  }
  const { token } = await get<{ token: string }>('/sessions/guest', { method: 'POST' })
  const { items } = await get<{ items: { id: string }[] }>('/shows?limit=1')
  const showId = items[0]?.id
  if (showId === undefined) {
    const advice = 'Plan a show and run this again, or run it while the house is closed.'
    return [warn('media path', 'not tried: there is no show to ask for a transport', advice)]
  }
  const socket = io(localUrl, {
    transports: ['websocket'],
    auth: { token },
    reconnection: false,
    forceNew: true,
  })
  try {
    const command = <T>(name: string, payload: object) => tell<T>(socket, name, payload)
    const { transportId: _, ...transport } = await command<{
      transportId: string
      iceParameters: Ice
      iceCandidates: Candidate[]
    }>('media:transport', { showId, direction: 'recv' })
    return await tryCandidates(transport.iceCandidates, transport.iceParameters)
  } finally {
    socket.disconnect()
  }
}

async function tell<T>(socket: Socket, name: string, payload: object): Promise<T> {
  const answer = (await socket.timeout(answerMs).emitWithAck(name, payload)) as Ack<T>
  if (answer.ok) return answer.value
  throw new Error(`${name}: ${answer.message}`)
}

/** STUN to each address that a viewer is told, by UDP and by TCP; an answer is signed by the worker. */
function tryCandidates(candidates: readonly Candidate[], ice: Ice): Promise<Finding[]> {
  return Promise.all(
    candidates.map(async ({ protocol, address, port }) => {
      const place = `${address}:${port} over ${protocol.toUpperCase()}`
      try {
        const asked = { ...ice, address, port }
        await (protocol === 'udp' ? askUdp(asked) : askTcp(asked))
        return ok('media path', `packets arrive at ${place} and are answered`)
      } catch (error) {
        return judgeSilence(place, address, reasonOf(error))
      }
    }),
  )
}

/** An address of the router in front need not be reachable from behind it. */
function judgeSilence(place: string, address: string, reason: string): Finding {
  const isOurs = Object.values(networkInterfaces()).some((all) =>
    all?.some((one) => one.address === address),
  )
  const says = `${place}: ${reason}`
  if (isOurs) return fail('media path', says, 'Let the firewall of this machine pass this port.')
  const advice =
    'Open and forward this port to this machine. Some routers answer only from outside: then try a show from elsewhere.'
  return warn('media path', says, advice)
}
