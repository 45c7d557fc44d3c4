import { connect, type Socket } from 'node:net'

const empty = Buffer.alloc(0)

/**
 * A WebSocket client that costs next to nothing, so that two thousand of them do not measure
 * themselves: one shared read buffer, frames handed over as they lie in it, nothing decoded.
 */
export class CheapSocket {
  readonly #net: Socket
  readonly #onFrame: (bytes: Buffer, from: number, to: number) => void
  #rest: Buffer = empty
  #isOpen = false
  #opened: (() => void) | undefined

  static readonly #shared = Buffer.allocUnsafe(1 << 20)

  constructor(
    port: number,
    path: string,
    onFrame: (bytes: Buffer, from: number, to: number) => void,
  ) {
    this.#onFrame = onFrame
    this.#net = connect({
      port,
      host: '127.0.0.1',
      onread: {
        buffer: CheapSocket.#shared,
        callback: (count: number, bytes: Uint8Array) => this.#read(bytes, count),
      },
    } as never)
    this.#net.setNoDelay(true)
    this.#net.on('error', () => {}) // its end is seen by what does not arrive
    this.#net.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    )
  }

  opened(): Promise<void> {
    return new Promise((resolve) => {
      this.#opened = resolve
    })
  }

  /** One masked text frame; a mask of zeros leaves the bytes as they are. */
  send(text: string): void {
    const bytes = Buffer.from(text)
    const head = bytes.length < 126 ? Buffer.alloc(6) : Buffer.alloc(8)
    head[0] = 0x81
    head[1] = 0x80 | Math.min(bytes.length, 126)
    if (bytes.length >= 126) head.writeUInt16BE(bytes.length, 2)
    this.#net.write(Buffer.concat([head, bytes]))
  }

  /** Reads nothing any more: what is sent to it stays on the way. */
  pause(): void {
    this.#net.pause()
  }

  close(): void {
    this.#net.destroy()
  }

  #read(bytes: Uint8Array, count: number): boolean {
    const fresh = Buffer.from(bytes.buffer, bytes.byteOffset, count)
    const all = this.#rest.length === 0 ? fresh : Buffer.concat([this.#rest, fresh])
    const used = this.#isOpen ? this.#frames(all, 0) : this.#handshake(all)
    this.#rest = used === all.length ? empty : Buffer.from(all.subarray(used))
    return true
  }

  #handshake(all: Buffer): number {
    const end = all.indexOf('\r\n\r\n')
    if (end < 0) return 0
    this.#isOpen = true
    this.#opened?.()
    return this.#frames(all, end + 4)
  }

  /** Hands over each whole frame; answers where the first unfinished one begins. */
  #frames(all: Buffer, start: number): number {
    let at = start
    for (;;) {
      if (all.length - at < 2) return at
      let size = (all[at + 1] as number) & 0x7f
      let head = 2
      if (size === 126) {
        if (all.length - at < 4) return at
        size = all.readUInt16BE(at + 2)
        head = 4
      } else if (size === 127) {
        if (all.length - at < 10) return at
        size = Number(all.readBigUInt64BE(at + 2))
        head = 10
      }
      if (all.length - at < head + size) return at
      this.#onFrame(all, at + head, at + head + size)
      at += head + size
    }
  }
}

/** The digits from `at` on, as a number. */
export function numberAt(bytes: Buffer, at: number): number {
  let value = 0
  for (let i = at; ; i += 1) {
    const digit = (bytes[i] as number) - 48
    if (!(digit >= 0 && digit <= 9)) return value
    value = value * 10 + digit
  }
}
