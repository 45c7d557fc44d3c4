/**
 * As much of ISO BMFF (MP4) as cutting needs: whole boxes out of a stream of bytes, when a fragment
 * begins and ends, whether it begins with a key frame, and which parameters that frame brings.
 */

export type Box = { type: string; bytes: Buffer }

/** One box in a buffer: `body` is where its content begins. */
type Span = { type: string; start: number; body: number; end: number }

/** A program that sends a box larger than this is not one of ours: a second of video is 1 MB. */
const boxBytesMax = 64 * 1024 * 1024

/** Whole top-level boxes out of bytes as they come. */
export class BoxReader {
  #waiting: Buffer[] = []
  #size = 0

  push(chunk: Buffer): Box[] {
    this.#waiting.push(chunk)
    this.#size += chunk.length
    const wanted = this.#wanted()
    if (wanted === undefined || this.#size < wanted) return []
    const bytes = Buffer.concat(this.#waiting)
    const boxes: Box[] = []
    let at = 0
    while (bytes.length - at >= 8) {
      const size = sizeAt(bytes, at)
      if (bytes.length - at < size) break
      boxes.push({
        type: bytes.toString('latin1', at + 4, at + 8),
        bytes: bytes.subarray(at, at + size),
      })
      at += size
    }
    this.#waiting = [bytes.subarray(at)]
    this.#size = bytes.length - at
    return boxes
  }

  /** Size of the box that comes first, as soon as enough is there to know. */
  #wanted(): number | undefined {
    if (this.#size < 8) return undefined
    const [first] = this.#waiting
    if (first && first.length >= 8) return sizeAt(first, 0)
    const bytes = Buffer.concat(this.#waiting)
    this.#waiting = [bytes]
    return sizeAt(bytes, 0)
  }
}

function sizeAt(bytes: Buffer, at: number): number {
  const size = bytes.readUInt32BE(at)
  if (size < 8 || size > boxBytesMax) throw new Error(`a box of ${size} bytes`)
  return size
}

export function* boxesIn(bytes: Buffer, from: number, to: number): Generator<Span> {
  for (let at = from; at + 8 <= to; ) {
    const end = at + sizeAt(bytes, at)
    if (end > to) throw new Error('a box larger than the one around it')
    yield { type: bytes.toString('latin1', at + 4, at + 8), start: at, body: at + 8, end }
    at = end
  }
}

/** The boxes of a path below `from`, all of them; a path like `trak/mdia/hdlr`. */
export function find(bytes: Buffer, path: string, from = 0, to = bytes.length): Span[] {
  const [head, ...rest] = path.split('/')
  const here = [...boxesIn(bytes, from, to)].filter(({ type }) => type === head)
  if (!rest.length) return here
  return here.flatMap(({ body, end }) => find(bytes, rest.join('/'), body, end))
}

export function the(spans: Span[], what: string): Span {
  const [one] = spans
  if (!one) throw new Error(`there is no ${what}`)
  return one
}
