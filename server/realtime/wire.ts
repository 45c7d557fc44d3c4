import type { Socket as NetSocket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Socket } from 'socket.io'

/**
 * A socket with what is written to at every tick, one step away: looked up each time through three libraries
 * it was a tenth of what a delivery takes outside the kernel.
 */
export type Wire = {
  socket: Socket
  conn: Socket['conn']
  net: NetSocket
  /** The kernel's number of a TCP socket whose bytes nobody encrypts on the way; -1 without one. */
  fd: number
}

export function wireOf(socket: Socket, net: NetSocket): Wire {
  return { socket, conn: socket.conn, net, fd: plainFdOf(net) }
}

/** Pinned by the version. */
export function plainFdOf(net: NetSocket): number {
  if (net.destroyed || net.connecting || net instanceof TLSSocket) return -1
  return (net as unknown as { _handle: { fd: number } | null })._handle?.fd ?? -1
}
