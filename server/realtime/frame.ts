import { writeStraight } from './straight.ts'
import type { Wire } from './wire.ts'

/** A Socket.IO packet with its WebSocket frame, made once for all who get it. */
export type Frame = { packet: string; bytes: Buffer; options: object }

/**
 * Socket.IO protocol v5: packet type 2 (EVENT) with JSON `[name, payload]`, inside an Engine.IO
 * message (4). engine.io writes a `wsPreEncodedFrame` as it is: one buffer, one write a viewer.
 */
export function encodeFrame(event: string, payload: unknown): Frame {
  return encodeText(JSON.stringify([event, payload]))
}

/** The same of JSON that is text already. */
export function encodeText(json: string): Frame {
  return encodePacket(`2${json}`)
}

/** Any packet of Socket.IO's. */
export function encodePacket(packet: string): Frame {
  const bytes = textFrame(`4${packet}`)
  return { packet, bytes, options: optionsOf(bytes) }
}

/** Two frames as one: their bytes leave together. */
export function joined(first: Frame, second: Frame): Frame {
  const bytes = Buffer.concat([first.bytes, second.bytes])
  return { packet: first.packet, bytes, options: optionsOf(bytes) }
}

const optionsOf = (bytes: Buffer) => ({ compress: false, wsPreEncodedFrame: [bytes] })

/**
 * Writes a frame to one viewer. Straight to its TCP socket where nothing waits in engine.io before
 * it: that spares a packet, two lists and four emits a viewer, which is a third of a delivery's
 * cost in the process.
 */
export function writeFrame(wire: Wire, frame: Frame): void {
  const { conn } = wire
  if (conn.readyState !== 'open') return
  if (waitingIn(conn) === 0) writeStraight(wire, frame.bytes)
  else conn.write(frame.packet, frame.options as never)
}

/** Packets that engine.io holds back while its transport is busy. Untyped there, and pinned by the version. */
function waitingIn(conn: Wire['conn']): number {
  return (conn as unknown as { writeBuffer: unknown[] }).writeBuffer.length
}

/** RFC 6455, 5.2: one unmasked, final text frame. */
export function textFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text)
  const head = bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(head + bytes)
  frame[0] = 0x81
  if (head === 2) frame[1] = bytes
  else if (head === 4) {
    frame[1] = 126
    frame.writeUInt16BE(bytes, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(bytes), 2)
  }
  frame.write(text, head)
  return frame
}
