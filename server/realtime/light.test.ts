import { once } from 'node:events'
import { createServer, IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { queryObjects } from 'node:v8'
import { Server, type Socket } from 'socket.io'
import { io as open } from 'socket.io-client'
import { expect, it } from 'vitest'
import { forgetHandshake, forgetResponse, noRooms, readUsualQuery, writeTogether } from './light.ts'

/** Requests that are still alive after everything that can go is gone. */
const requests = () => queryObjects(IncomingMessage, { format: 'count' }) as unknown as number

it('lets go of the handshake, and the socket still speaks and still notices its end', async () => {
  const http = createServer()
  const server = new Server(http, {
    transports: ['websocket'],
    adapter: noRooms,
    allowRequest: (request, done) => {
      forgetResponse(request)
      writeTogether(request)
      done(null, true)
    },
  })
  http.prependListener('upgrade', readUsualQuery)
  const ended: string[] = []
  server.on('connection', (socket: Socket) => {
    forgetHandshake(socket)
    socket.on('ask', (what: string, answer: (said: string) => void) => answer(`${what}!`))
    socket.on('disconnect', (why) => ended.push(why))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const before = requests()
  const clients = Array.from({ length: 20 }, () =>
    open(url, { transports: ['websocket'], forceNew: true }),
  )
  const said = await Promise.all(clients.map((client) => client.emitWithAck('ask', 'who')))
  expect(said).toEqual(Array(20).fill('who!'))
  expect(requests()).toBe(before)
  for (const client of clients) client.disconnect()
  await expect.poll(() => ended.length).toBe(20)
  await server.close()
})
