import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import type { types } from 'mediasoup'
import { io } from 'socket.io-client'

export type TransportParameters = {
  transportId: string
  iceParameters: types.IceParameters
  iceCandidates: types.IceCandidate[]
  dtlsParameters: types.DtlsParameters
}
export type ConsumerParameters = {
  consumerId: string
  kind: types.MediaKind
  rtpParameters: types.RtpParameters
}

/** What a viewer and a host ask of the server; ours and the bare one are asked the same. */
export type Signal = {
  ask<T>(command: string, what?: object): Promise<T>
  /** Told when the server closes what is open on it. */
  whenClosed(tell: (why: string) => void): void
  close(): void
}

/** The real wire: Socket.IO with acks, as a browser speaks it. */
export async function signalToHouse(
  url: string,
  { token, showId }: { token: string; showId: string },
): Promise<Signal> {
  const socket = io(url, { transports: ['websocket'], auth: { token }, forceNew: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  const inShow = new Set(['media:capabilities', 'media:transport', 'show:join'])
  return {
    async ask(command, what = {}) {
      const asked = inShow.has(command) ? { showId, ...what } : what
      const answer = await socket.emitWithAck(command, asked)
      if (!answer.ok) throw new Error(`${command}: ${answer.code} ${answer.message}`)
      return answer.value
    },
    whenClosed(tell) {
      socket.on('media:closed', ({ reason }) => tell(reason))
      socket.on('disconnect', (reason) => tell(reason))
    },
    close: () => void socket.disconnect(),
  }
}

/** The bare server's: a line of JSON each way, the cheapest there is. */
export async function signalToBare(port: number): Promise<Signal> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.setNoDelay(true)
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  const waiting = new Map<number, (answer: { value?: unknown; failed?: string }) => void>()
  let asked = 0
  createInterface(socket).on('line', (line) => {
    const answer = JSON.parse(line)
    waiting.get(answer.n)?.(answer)
    waiting.delete(answer.n)
  })
  return {
    async ask<T>(command: string, what: object = {}) {
      asked += 1
      const { promise, resolve } = Promise.withResolvers<{ value?: unknown; failed?: string }>()
      waiting.set(asked, resolve)
      socket.write(`${JSON.stringify({ n: asked, command, what })}\n`)
      const { value, failed } = await promise
      if (failed) throw new Error(`${command}: ${failed}`)
      return value as T
    },
    whenClosed: (tell) => void socket.on('close', () => tell('disconnect')),
    close: () => void socket.destroy(),
  }
}
