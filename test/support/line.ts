import { io, type Socket } from 'socket.io-client'
import type { Ack } from '../../shared/wire/base.ts'

export type Line = ReturnType<typeof lineOf>

/** Connects a socket; rejects with what the server says when it may not. */
export async function openLine(url: string, token: string | undefined): Promise<Line> {
  const auth = token === undefined ? {} : { auth: { token } }
  const socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    ...auth,
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve())
    socket.once('connect_error', reject)
  })
  return lineOf(socket)
}

/** Acks as promises: `ask` throws on a refusal, `ack` answers it. */
function lineOf(socket: Socket) {
  const ack = <T = Record<string, unknown>>(command: string, payload: object): Promise<Ack<T>> =>
    socket.timeout(8_000).emitWithAck(command, payload)
  return {
    socket,
    ack,
    async ask<T = Record<string, unknown>>(command: string, payload: object): Promise<T> {
      const answer = await ack<T>(command, payload)
      if (answer.ok) return answer.value
      const error = new Error(`${command} → ${answer.code} ${answer.message}`)
      throw Object.assign(error, { ack: answer })
    },
    /** Resolves with the first push of this name that `wanted` accepts. */
    next<T>(event: string, wanted: (payload: T) => boolean = () => true, ms = 5_000): Promise<T> {
      return new Promise((resolve, reject) => {
        const stop = () => {
          clearTimeout(timer)
          socket.off(event, hear)
        }
        const hear = (payload: T) => {
          if (!wanted(payload)) return
          stop()
          resolve(payload)
        }
        const timer = setTimeout(() => {
          stop()
          reject(new Error(`no ${event} within ${ms} ms`))
        }, ms)
        socket.on(event, hear)
      })
    },
  }
}
