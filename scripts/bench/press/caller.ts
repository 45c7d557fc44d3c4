import { connect, type Socket } from 'node:net'

const statusAt = 'HTTP/1.1 '.length
const headEnd = '\r\n\r\n'
const length = /\r\ncontent-length: (\d+)\r\n/i

export type Answered = { status: number; body: string }

/**
 * A connection that is kept, as a browser's, and asks one thing at a time. It costs next to nothing, so
 * that five hundred of them do not measure themselves: requests are text, answers are cut by their length.
 */
export class Caller {
  readonly #net: Socket
  #answer: ((answered: Answered) => void) | undefined
  #rest = ''
  #broken: Error | undefined

  static readonly #shared = Buffer.allocUnsafe(1 << 16)

  private constructor(port: number) {
    this.#net = connect({
      port,
      host: '127.0.0.1',
      onread: {
        buffer: Caller.#shared,
        callback: (count: number, bytes: Uint8Array) => this.#read(bytes, count),
      },
    } as never)
    this.#net.setNoDelay(true)
    this.#net.on('error', (error) => {
      this.#broken = error
    })
    this.#net.on('close', () => this.#answer?.({ status: 0, body: String(this.#broken) }))
  }

  static async open(port: number): Promise<Caller> {
    const caller = new Caller(port)
    await new Promise<void>((resolve, reject) => {
      caller.#net.once('connect', resolve)
      caller.#net.once('error', reject)
    })
    return caller
  }

  ask(request: string): Promise<Answered> {
    return new Promise((resolve) => {
      this.#answer = resolve
      this.#net.write(request, 'latin1')
    })
  }

  close(): void {
    this.#net.destroy()
  }

  #read(bytes: Uint8Array, count: number): boolean {
    const all = this.#rest + Buffer.from(bytes.buffer, bytes.byteOffset, count).toString('latin1')
    const end = all.indexOf(headEnd) + headEnd.length
    const size = Number(length.exec(all)?.[1])
    if (end < headEnd.length || !(all.length >= end + size)) {
      this.#rest = all
      return true
    }
    this.#rest = all.slice(end + size)
    const answer = this.#answer
    this.#answer = undefined
    answer?.({
      status: Number(all.slice(statusAt, statusAt + 3)),
      body: all.slice(end, end + size),
    })
    return true
  }
}
