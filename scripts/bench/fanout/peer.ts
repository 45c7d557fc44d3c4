// Other ways of telling a room: plain Socket.IO, ws, and a frame made once and written to each socket.
// What is to be told comes as lines on a port of its own, which is cheaper than any socket.

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createLineServer } from 'node:net'
import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import postgres from 'postgres'
import { Server, type Socket } from 'socket.io'
import { WebSocketServer } from 'ws'
import { sha256 } from '../../../server/base/ids.ts'
import { textFrame } from '../../../server/realtime/frame.ts'
import { answerQuestions } from '../worker.ts'
import type { Door } from './viewers.ts'

type Tell = (text: string) => void

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const [kind, url = '', showId = ''] = process.argv.slice(2)
const http = createServer()
const tellers = {
  'Socket.IO': plain,
  'Socket.IO with state': withSessions,
  ws: plainWs,
  'raw write': raw,
} satisfies Record<string, () => Tell | Promise<Tell>>
const tell = await tellers[kind as keyof typeof tellers]()

const lines = createLineServer((socket) => {
  createInterface(socket).on('line', tell)
  socket.on('error', () => {})
})
const backlog = 4_096
await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', backlog, resolve))
await new Promise<void>((resolve) => lines.listen(0, '127.0.0.1', resolve))
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port

answerQuestions(async (): Promise<Door> => ({ port: portOf(http), linePort: portOf(lines) }))

function openSocketIo(): Server {
  return new Server(http, {
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
  })
}

function plain(): Tell {
  const io = openSocketIo()
  io.on('connection', (socket) => void socket.join('show'))
  return (text) => io.to('show').emit('event', JSON.parse(text))
}

/** As its manual has it: the session is looked up in a middleware, the state is the answer to a command. */
async function withSessions(): Promise<Tell> {
  const io = openSocketIo()
  const sql = postgres(url, { max: 10, onnotice: () => {} })
  // Kept in memory, which a peer that tells what is true could not do for long.
  const [row] = await sql`select snapshot_v1(${showId}) as snap`
  const enter = async ({ handshake, data }: Socket): Promise<void> => {
    const [who] = await sql`select a.id, a.display_name, a.kind from sessions s
      join accounts a on a.id = s.account_id
      where s.token_hash = ${sha256(handshake.auth['token'] as string)} and s.expires_at > now()`
    if (!who) throw new Error('no such session')
    data.who = who
  }
  io.use((socket, next) => void enter(socket).then(() => next(), next))
  io.on('connection', (socket) => {
    socket.on('show:join', (_asked: object, ack: (answer: object) => void) => {
      void socket.join('show')
      ack({ ok: true, value: { ...row?.['snap'], you: socket.data.who, events: [] } })
    })
  })
  return (text) => io.to('show').emit('event', JSON.parse(text))
}

function plainWs(): Tell {
  const server = new WebSocketServer({ server: http, perMessageDeflate: false })
  return (text) => {
    for (const client of server.clients) client.send(text)
  }
}

function raw(): Tell {
  const sockets = new Set<Duplex>()
  http.on('upgrade', (request, socket) => {
    const key = request.headers['sec-websocket-key']
    const accept = createHash('sha1').update(`${key}${guid}`).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    sockets.add(socket)
  })
  return (text) => {
    const frame = textFrame(text)
    for (const socket of sockets) socket.write(frame)
  }
}
