// Other ways of telling a room: plain Socket.IO, ws, and a frame made once and written to each socket.
// What is to be told comes as lines on a port of its own, which is cheaper than any socket.

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createLineServer } from 'node:net'
import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import { Server } from 'socket.io'
import { WebSocketServer } from 'ws'
import { textFrame } from '../../../server/realtime/frame.ts'
import { answerQuestions } from '../worker.ts'

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const http = createServer()
const tell = tellers()[process.argv[2] as string] as (text: string) => void

const lines = createLineServer((socket) => {
  createInterface(socket).on('line', tell)
  socket.on('error', () => {})
})
await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
await new Promise<void>((resolve) => lines.listen(0, '127.0.0.1', resolve))
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port

answerQuestions(async () => ({ port: portOf(http), linePort: portOf(lines) }))

function tellers(): Record<string, (text: string) => void> {
  switch (process.argv[2] ?? '') {
    case 'Socket.IO': {
      const io = new Server(http, {
        transports: ['websocket'],
        serveClient: false,
        perMessageDeflate: false,
      })
      io.on('connection', (socket) => void socket.join('show'))
      return { 'Socket.IO': (text) => io.to('show').emit('event', JSON.parse(text)) }
    }
    case 'ws': {
      const server = new WebSocketServer({ server: http, perMessageDeflate: false })
      return {
        ws(text) {
          for (const client of server.clients) client.send(text)
        },
      }
    }
    default: {
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
      return {
        'raw write'(text) {
          const frame = textFrame(text)
          for (const socket of sockets) socket.write(frame)
        },
      }
    }
  }
}
