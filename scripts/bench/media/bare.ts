// mediasoup and nothing else: one worker with one WebRtcServer, one router, no rules. The limit of what a
// server on it can do.

import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { createWorker, type types } from 'mediasoup'
import { codecs } from '../../../server/media/router.ts'
import { udpBuffers } from '../../../server/media/worker.ts'
import { answerQuestions } from '../worker.ts'

const workerBin = process.env['MEDIASOUP_WORKER_BIN']
const worker = await createWorker({ logLevel: 'warn', ...(workerBin && { workerBin }) })
const listenInfos = [{ protocol: 'udp' as const, ip: '127.0.0.1', ...udpBuffers }]
const webRtcServer = await worker.createWebRtcServer({ listenInfos })
const router = await worker.createRouter({ mediaCodecs: codecs })
const transports = new Map<string, types.WebRtcTransport>()
const producers: types.Producer[] = []
const consumers = new Map<string, types.Consumer>()

type Asked = {
  transportId: string
  dtlsParameters: types.DtlsParameters
  kind: types.MediaKind
  rtpParameters: types.RtpParameters
  rtpCapabilities: types.RtpCapabilities
  consumerIds: string[]
}
const verbs: Record<string, (what: Asked) => Promise<unknown>> = {
  'media:capabilities': async () => ({
    rtpCapabilities: router.rtpCapabilities,
    producers: producers.map(({ id, kind }) => ({ producerId: id, kind })),
  }),
  async 'media:transport'() {
    const transport = await router.createWebRtcTransport({ webRtcServer })
    transports.set(transport.id, transport)
    const { id, iceParameters, iceCandidates, dtlsParameters } = transport
    return { transportId: id, iceParameters, iceCandidates, dtlsParameters }
  },
  'media:connect': async ({ transportId, dtlsParameters }) =>
    transports.get(transportId)?.connect({ dtlsParameters }),
  async 'media:produce'({ transportId, kind, rtpParameters }) {
    const producer = await transports.get(transportId)?.produce({ kind, rtpParameters })
    if (!producer) throw new Error('no such transport')
    producers.push(producer)
    return { producerId: producer.id }
  },
  async 'media:consume'({ transportId, rtpCapabilities }) {
    const transport = transports.get(transportId)
    if (!transport) throw new Error('no such transport')
    const made = await Promise.all(
      producers.map(({ id: producerId }) =>
        transport.consume({ producerId, rtpCapabilities, paused: true }),
      ),
    )
    return {
      consumers: made.map((consumer) => {
        consumers.set(consumer.id, consumer)
        const { id, kind, rtpParameters } = consumer
        return { consumerId: id, kind, rtpParameters }
      }),
    }
  },
  async 'media:resume'({ consumerIds }) {
    const mine = consumerIds.flatMap((id) => consumers.get(id) ?? [])
    await Promise.all(mine.map((consumer) => consumer.resume()))
  },
  async 'media:close'({ transportId }) {
    transports.get(transportId)?.close()
    transports.delete(transportId)
  },
}

const lines = createServer((socket) => {
  socket.setNoDelay(true)
  const opened: string[] = []
  socket.on('error', () => {})
  socket.on('close', () => {
    for (const id of opened) transports.get(id)?.close()
  })
  createInterface(socket).on('line', (line) => {
    const { n, command, what } = JSON.parse(line)
    const verb = verbs[command]
    const said = verb ? verb(what) : Promise.resolve({})
    said.then(
      (value) => {
        if (command === 'media:transport') opened.push((value as Asked).transportId)
        socket.write(`${JSON.stringify({ n, value: value ?? {} })}\n`)
      },
      (error) => socket.write(`${JSON.stringify({ n, failed: String(error) })}\n`),
    )
  })
})
await new Promise<void>((resolve) => lines.listen(0, '127.0.0.1', resolve))
answerQuestions(async () => ({ port: (lines.address() as AddressInfo).port, worker: worker.pid }))
