import { CheapSocket } from './socket.ts'

export type Hear = (bytes: Buffer, from: number, to: number) => void

const path = '/socket.io/?EIO=4&transport=websocket'
const [ping, open, message, connect, refused] = [0x32, 0x30, 0x34, 0x30, 0x34]

/** A Socket.IO line: open packet, CONNECT, its answer, and a pong for every ping. */
export async function openLine(
  port: number,
  token: string | undefined,
  hear: Hear,
): Promise<CheapSocket> {
  const connected = Promise.withResolvers<void>()
  const socket = new CheapSocket(port, path, (bytes, from, to) => {
    const [first, second] = [bytes[from], bytes[from + 1]]
    if (first === ping) socket.send('3')
    else if (first === open) socket.send(token ? `40${JSON.stringify({ token })}` : '40')
    else if (first === message && second === connect) connected.resolve()
    else if (first === message && second === refused) {
      connected.reject(new Error(bytes.toString('utf8', from, Math.min(to, from + 200))))
    } else hear(bytes, from, to)
  })
  await connected.promise
  return socket
}

/** Is this the answer to a command of ours? */
export function isAck(bytes: Buffer, from: number): boolean {
  return bytes[from] === message && bytes[from + 1] === 0x33
}

export function answerIn(bytes: Buffer, from: number, to: number) {
  const [answer] = JSON.parse(bytes.toString('utf8', bytes.indexOf('[', from), to)) as [
    {
      ok: boolean
      code?: string
      value: { seq: number; snapshot: { reactions: Record<string, number> } }
    },
  ]
  return answer
}
