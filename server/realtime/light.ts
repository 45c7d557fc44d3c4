import type { IncomingMessage } from 'node:http'
import type { Socket } from 'socket.io'

/** What is behind a socket and not in its libraries' types: pinned by their versions and by the test. */
type Inside = {
  conn: { request: IncomingMessage | null; transport: Transport }
  handshake: unknown
  acks: ReadonlyMap<number, unknown>
}
type Transport = {
  removeAllListeners(event: 'headers'): void
  socket: { listeners(event: 'error'): Ear[]; off(event: 'error', ear: Ear): void }
}
type Ear = () => void

/** We never ask a client for an acknowledgement. */
const noAcks: ReadonlyMap<number, unknown> = new Map()

/**
 * Keeps no rooms: who is in a show is known by its `Room`. Socket.IO's own adapter puts each socket into
 * a room of its own: two sets and two entries of maps.
 */
class NoRooms {
  init(): void {}
  close(): void {}
  addAll(): void {}
  delAll(): void {}
}

/** For Socket.IO's options, where it wants an adapter that can tell rooms something. */
export const noRooms = NoRooms as never

/**
 * Engine.IO wraps every request in a response that waits for the socket's end, and keeps the request with its
 * headers alive for as long. We set no headers: nobody waits for that. It is the last that was added when
 * Engine.IO asks whether a request is allowed.
 */
export function forgetResponse({ socket }: IncomingMessage): void {
  const ear = socket.rawListeners('close').at(-1)
  if (ear) socket.off('close', ear as Ear)
}

/**
 * The answer to the upgrade and Engine.IO's first packet leave in one write: both are made in the turn in which
 * a request is allowed.
 */
export function writeTogether({ socket }: IncomingMessage): void {
  socket.cork()
  setImmediate(() => socket.uncork())
}

const usualUrl = '/socket.io/?EIO=4&transport=websocket'
const usualQuery = Object.freeze({ EIO: '4', transport: 'websocket' })

/** Engine.IO takes a query that is there already: the same address is not parsed again for each who comes. */
export function readUsualQuery(request: IncomingMessage): void {
  if (request.url === usualUrl) Object.assign(request, { _query: usualQuery })
}

/** Lets go of what only the handshake needed and would otherwise live as long as the socket. */
export function forgetHandshake(socket: Socket): void {
  const inside = socket as unknown as Inside
  const { transport } = inside.conn
  inside.conn.request = null
  inside.handshake = null
  inside.acks = noAcks
  transport.removeAllListeners('headers')
  for (const ear of transport.socket.listeners('error')) {
    if (ear.name === 'onUpgradeError') transport.socket.off('error', ear)
  }
}
