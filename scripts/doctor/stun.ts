// A STUN binding request as ICE sends it (RFC 5389, RFC 8445), over UDP and over TCP, and its answer:
// real packets to where viewers send theirs.

import { createHmac, randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import { crc32 } from 'node:zlib'

/** Who is asked, as an ICE candidate and its credentials say. */
export type Asked = { address: string; port: number; usernameFragment: string; password: string }

const magic = 0x2112a442
const [bindingRequest, bindingSuccess] = [0x0001, 0x0101]
const [username, integrity, priority, controlling, fingerprint] = [
  0x0006, 0x0008, 0x0024, 0x802a, 0x8028,
]
const answerMs = 3_000
const tries = 3

/** Resolves when a signed success came back; rejects with what happened instead. */
export async function askUdp(asked: Asked): Promise<void> {
  const id = randomBytes(12)
  const socket = createSocket(isIPv6(asked.address) ? 'udp6' : 'udp4')
  try {
    await new Promise<void>((resolve, reject) => {
      let sent = 0
      const send = () => {
        if (sent++ === tries) return reject(new Error('no answer over UDP'))
        socket.send(request(asked, id))
        timer = setTimeout(send, answerMs / tries)
      }
      let timer: NodeJS.Timeout | undefined
      const settle = (how: () => void) => {
        clearTimeout(timer)
        how()
      }
      socket.on('message', (answer) => {
        if (isSuccess(answer, id)) settle(resolve)
      })
      socket.on('error', (error) => settle(() => reject(error)))
      // Given to `connect` itself, it would be called for a failure too.
      socket.on('connect', send)
      socket.connect(asked.port, asked.address)
    })
  } finally {
    socket.close()
  }
}

/** The same over TCP, each message after its length (RFC 4571). */
export async function askTcp(asked: Asked): Promise<void> {
  const id = randomBytes(12)
  const socket = connect(asked.port, asked.address)
  try {
    await new Promise<void>((resolve, reject) => {
      let heard = Buffer.alloc(0)
      socket.setTimeout(answerMs, () => reject(new Error('no answer over TCP')))
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('the connection was closed')))
      socket.on('connect', () => {
        const message = request(asked, id)
        const length = Buffer.alloc(2)
        length.writeUInt16BE(message.length)
        socket.write(Buffer.concat([length, message]))
      })
      socket.on('data', (chunk) => {
        heard = Buffer.concat([heard, chunk])
        if (heard.length >= 2 && isSuccess(heard.subarray(2), id)) resolve()
      })
    })
  } finally {
    socket.destroy()
  }
}

function request({ usernameFragment, password }: Asked, id: Buffer): Buffer {
  const number = Buffer.alloc(4)
  number.writeUInt32BE(1_853_824_767)
  const attributes = Buffer.concat([
    attribute(username, Buffer.from(`${usernameFragment}:doctor`)),
    attribute(priority, number),
    attribute(controlling, randomBytes(8)),
  ])
  const signature = createHmac('sha1', password)
    .update(Buffer.concat([header(bindingRequest, attributes.length + 24, id), attributes]))
    .digest()
  const signed = Buffer.concat([attributes, attribute(integrity, signature)])
  const whole = Buffer.concat([header(bindingRequest, signed.length + 8, id), signed])
  const check = Buffer.alloc(4)
  check.writeUInt32BE((crc32(whole) ^ 0x5354554e) >>> 0)
  return Buffer.concat([whole, attribute(fingerprint, check)])
}

export function header(type: number, length: number, id: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt16BE(type, 0)
  head.writeUInt16BE(length, 2)
  head.writeUInt32BE(magic, 4)
  return Buffer.concat([head, id])
}

export function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(type, 0)
  head.writeUInt16BE(value.length, 2)
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)])
}

function isSuccess(answer: Buffer, id: Buffer): boolean {
  if (answer.length < 20 || answer.readUInt16BE(0) !== bindingSuccess) return false
  return answer.subarray(8, 20).equals(id)
}
