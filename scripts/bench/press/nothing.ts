// Servers that decide nothing: a Fastify handler and a Socket.IO ack, each with an answer as long as ours.

import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { Server } from 'socket.io'
import { newId } from '../../../server/base/ids.ts'
import { answerQuestions } from '../worker.ts'

const [kind = ''] = process.argv.slice(2)
const backlog = 4_096

type Asked = { showId: string; variantId: string; quantity: number }

/** Says yes. */
function hold({ showId, variantId, quantity }: Asked) {
  const price = { amount: 2_400, currency: 'EUR' }
  const expiresAt = '2030-01-01T00:00:00.000Z'
  return { holdId: newId(), showId, variantId, quantity, price, state: 'active', expiresAt }
}

async function openFastify(): Promise<number> {
  const app = Fastify()
  app.post('/api/v1/holds', (request, reply) => reply.code(201).send(hold(request.body as Asked)))
  await app.listen({ port: 0, host: '127.0.0.1', backlog })
  return (app.server.address() as AddressInfo).port
}

async function openSocketIo(): Promise<number> {
  const io = new Server({ transports: ['websocket'], serveClient: false, perMessageDeflate: false })
  io.on('connection', (socket) => {
    socket.on('hold:create', (asked: Asked, ack: (answer: object) => void) => {
      ack({ ok: true, value: hold(asked) })
    })
  })
  const app = Fastify()
  io.attach(app.server)
  await app.listen({ port: 0, host: '127.0.0.1', backlog })
  return (app.server.address() as AddressInfo).port
}

const port = await (kind === 'Fastify' ? openFastify() : openSocketIo())
answerQuestions(async () => ({ port }))
