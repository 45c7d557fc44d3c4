import { createSocket } from 'node:dgram'
import { default as webrtc } from 'node-datachannel'
import { WebSocket } from 'ws'
import { type Hear, listen, type Sending, type Watching } from './peer.ts'

/** Of the streaming plugin: its one show. */
export const mountpoint = 1

export type JanusPorts = { janus: number; audio: number; video: number }

/** What Janus says, as far as we listen: an answer, or what follows from it. */
type Said = {
  janus: string
  transaction?: string
  data?: { id: number }
  jsep?: { type: string; sdp: string }
  error?: { reason: string }
}

/** A session with Janus and the streaming plugin in it, over its WebSocket. */
export type JanusSignal = {
  /** The answer, or with `event` what the plugin says to it. */
  ask(what: object, event?: boolean): Promise<Said>
  close(): void
}

export async function signalToJanus(port: number): Promise<JanusSignal> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, 'janus-protocol')
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const waiting = new Map<string, { event: boolean; told: (said: Said) => void }>()
  socket.on('message', (text) => {
    const said = JSON.parse(String(text)) as Said
    const one = waiting.get(said.transaction ?? '')
    if (!one || (one.event && said.janus === 'ack')) return
    waiting.delete(said.transaction ?? '')
    one.told(said)
  })
  let asked = 0
  const place: object = {}
  const ask = async (what: object, event = false) => {
    asked += 1
    const transaction = String(asked)
    const answered = new Promise<Said>((told) => waiting.set(transaction, { event, told }))
    socket.send(JSON.stringify({ ...place, ...what, transaction }))
    const said = await answered
    if (said.error) throw new Error(`Janus: ${said.error.reason}`)
    return said
  }
  Object.assign(place, { session_id: (await ask({ janus: 'create' })).data?.id })
  const attached = await ask({ janus: 'attach', plugin: 'janus.plugin.streaming' })
  Object.assign(place, { handle_id: attached.data?.id })
  return { ask, close: () => socket.terminate() }
}

/** A viewer of Janus, from the click on: here the server makes the offer. */
export async function watchJanus(signal: JanusSignal, hear?: Hear): Promise<Watching> {
  const clickedAt = performance.now()
  const watch = { janus: 'message', body: { request: 'watch', id: mountpoint } }
  const { jsep: offer } = await signal.ask(watch, true)
  if (!offer) throw new Error('Janus made no offer')
  const pc = new webrtc.PeerConnection('viewer', { iceServers: [], disableAutoNegotiation: true })
  const firstMs = listen(pc, clickedAt, hear)
  const described = new Promise<string>((resolve) => pc.onLocalDescription((sdp) => resolve(sdp)))
  pc.setRemoteDescription(plain(offer.sdp), 'offer')
  pc.setLocalDescription('answer')
  const start = { janus: 'message', body: { request: 'start' } }
  await signal.ask({ ...start, jsep: { type: 'answer', sdp: await described } }, true)
  await signal.ask({ janus: 'trickle', candidate: { completed: true } })
  return { pc, firstMs }
}

/** What viewers of the others do not ask for either: extensions of headers, feedback, packets once more. */
function plain(sdp: string): string {
  return sdp
    .split('\r\n')
    .filter((line) => !/^a=(extmap|rtcp-fb|fmtp:97|rtpmap:97|ssrc-group)/.test(line))
    .join('\r\n')
    .replace(/^(m=video .*) 97$/m, '$1')
}

/**
 * The host of Janus. Its mountpoint takes plain RTP, so it has no SRTP of the host to decrypt, one stream
 * of hundreds; and the largest layer alone, because viewers here would all be sent that one.
 */
export function sendPlainly({ audio, video }: JanusPorts): Sending {
  const socket = createSocket('udp4')
  const ports = { audio, video }
  return {
    send: (kind, packet) => socket.send(packet, ports[kind], '127.0.0.1'),
    isOpen: () => true,
  }
}
