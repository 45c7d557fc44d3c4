// mediasoup and nothing else: one worker with one WebRtcServer, one router, no rules. The limit of what a
// server on it can do.

import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { createWorker, type types } from 'mediasoup'
import { codecs } from '../../../server/media/streams/router.ts'
import { udpBuffers } from '../../../server/media/workers/worker.ts'
import { answerQuestions } from '../worker.ts'

const workerBin = process.env['MEDIASOUP_WORKER_BIN']
const worker = await createWorker({ logLevel: 'warn', ...(workerBin && { workerBin }) })
const listenInfos = [{ protocol: 'udp' as const, ip: '127.0.0.1', ...udpBuffers }]
const webRtcServer = await worker.createWebRtcServer({ listenInfos })
const router = await worker.createRouter({ mediaCodecs: codecs })
const transports = new Map<string, types.WebRtcTransport>()
const producers: types.Producer[] = []

type Asked = {
  transportId: string
  dtlsParameters: types.DtlsParameters
  kind: types.MediaKind
  rtpParameters: types.RtpParameters
  rtpCapabilities?: types.RtpCapabilities
}

/** All that is on; it plays once the transport is connected. */
function consume(transport: types.WebRtcTransport, rtpCapabilities: types.RtpCapabilities) {
  return Promise.all(
    producers.map(async ({ id: producerId }) => {
      const { id, kind, rtpParameters } = await transport.consume({ producerId, rtpCapabilities })
      return { consumerId: id, kind, rtpParameters }
    }),
  )
}

const verbs: Record<string, (what: Asked) => Promise<unknown>> = {
  'media:capabilities': async () => ({
    rtpCapabilities: router.rtpCapabilities,
    producers: producers.map(({ id, kind }) => ({ producerId: id, kind })),
  }),
  async 'media:transport'({ rtpCapabilities }) {
    const transport = await router.createWebRtcTransport({ webRtcServer })
    transports.set(transport.id, transport)
    const { id, iceParameters, iceCandidates, dtlsParameters } = transport
    const opened = { transportId: id, iceParameters, iceCandidates, dtlsParameters }
    return rtpCapabilities
      ? { ...opened, consumers: await consume(transport, rtpCapabilities) }
      : opened
  },
  'media:connect': async ({ transportId, dtlsParameters }) =>
    transports.get(transportId)?.connect({ dtlsParameters }),
  async 'media:produce'({ transportId, kind, rtpParameters }) {
    const producer = await transports.get(transportId)?.produce({ kind, rtpParameters })
    if (!producer) throw new Error('no such transport')
    producers.push(producer)
    return { producerId: producer.id }
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
