import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { Refusal, unavailable } from '../base/refusal.ts'
import { problemOf } from './problem.ts'

type Broken = Error & { code?: string }

/**
 * Bytes that are no request, or were not read in time: told no like everything else, and let go. It may
 * have been us who stood still, so that the request may be sent again.
 */
export function refuseBytes(error: Broken, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable) socket.write(answerTo(error))
  socket.destroy(error)
}

function answerTo({ code }: Broken): string {
  const { status, refusal } = judge(code)
  const problem = { ...problemOf(refusal, randomUUID()), status }
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

function judge(code: string | undefined): { status: number; refusal: Refusal } {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: 408, refusal: unavailable() }
  const refusal =
    code === 'HPE_HEADER_OVERFLOW'
      ? new Refusal('PAYLOAD_TOO_LARGE', 'These headers are larger than this door takes.')
      : new Refusal('VALIDATION', 'This is no HTTP request.')
  return { status: refusal.status, refusal }
}
