import { writeSync } from 'node:fs'
import type { Socket as NetSocket } from 'node:net'
import type { Wire } from './wire.ts'

/**
 * Hands bytes to the kernel by one system call, past the stream in front of it, as long as nothing waits
 * there; what the kernel does not take at once goes the usual way, behind nobody. A stream's write
 * makes a request, a callback and a tick for bytes that are gone before they are needed: without them
 * a delivery of one event to 2,000 viewers costs 7.7 µs instead of 9.2, all processes together.
 */
export function writeStraight({ net, fd }: Pick<Wire, 'net' | 'fd'>, bytes: Buffer): void {
  const isFree = fd >= 0 && net.writableLength === 0 && hasHandle(net)
  const taken = isFree ? takenBy(fd, bytes) : 0
  if (taken < bytes.length) net.write(taken === 0 ? bytes : bytes.subarray(taken))
}

/** Whether the number is still this socket's: Node forgets the handle in the turn that closes it. Pinned. */
function hasHandle(net: NetSocket): boolean {
  return (net as unknown as { _handle: object | null })._handle !== null
}

function takenBy(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes, 0, bytes.length)
  } catch {
    return 0 // full, or broken: the stream finds out the same and acts on it
  }
}
