import { connect, type Socket } from 'node:net'
import { WebSocket } from 'ws'
import type { House } from '../support/house.ts'

/** Bytes to a house's port, past every client that would put them right. */

export async function dial(house: House): Promise<Socket> {
  const socket = connect(Number(new URL(house.url).port), '127.0.0.1')
  socket.on('error', () => undefined)
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  return socket
}

/** Sends these bytes; answers the status that came back, or `closed`. */
export async function exchange(
  house: House,
  bytes: string | Buffer,
  ms = 8_000,
): Promise<number | 'closed'> {
  const socket = await dial(house)
  let heard = ''
  try {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`neither an answer nor an end, after ${heard}`)),
        ms,
      )
      const settle = (answer: number | 'closed') => {
        clearTimeout(timer)
        resolve(answer)
      }
      socket.on('data', (chunk) => {
        heard += chunk.toString('latin1')
        const status = /^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1]
        if (status !== undefined) settle(Number(status))
      })
      socket.on('close', () => settle('closed'))
      socket.write(bytes)
    })
  } finally {
    socket.destroy()
  }
}

/** An HTTP request as text, each line as it is given. */
export function requestOf(line: string, headers: string[], body = ''): string {
  const host = headers.some((header) => /^host:/i.test(header)) ? [] : ['Host: shop.test']
  return [line, ...host, 'Connection: close', ...headers, '', body].join('\r\n')
}

/** A WebSocket to the socket door; resolves when it is open, or refused with a status. */
export async function dialSocket(
  house: House,
  query = 'EIO=4&transport=websocket',
  options: object = {},
): Promise<{ socket: WebSocket; refused: number | undefined }> {
  const socket = new WebSocket(`${house.url.replace('http', 'ws')}/socket.io/?${query}`, options)
  socket.on('error', () => undefined)
  const refused = await new Promise<number | undefined>((resolve) => {
    socket.once('open', () => resolve(undefined))
    socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode))
    socket.once('close', () => resolve(0))
  })
  return { socket, refused }
}

/** Packets of an open socket as they come in. */
export function listen(socket: WebSocket): { packets: string[]; closed(): boolean } {
  const packets: string[] = []
  socket.on('message', (data) => packets.push(String(data)))
  return { packets, closed: () => socket.readyState === WebSocket.CLOSED }
}
