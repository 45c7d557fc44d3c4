import type { Wire } from './wire.ts'

/** Bytes that may wait in a viewer's socket before it is told nothing more, and given no state that it asks for. */
export const lagBytes = 128 * 1024

/** Bytes written to somebody that their machine has not taken: in the kernel's queue and before it. */
export function unread({ conn, net }: Wire): number {
  const { writeBuffer } = conn as unknown as { writeBuffer: { data?: { length: number } }[] }
  if (writeBuffer.length === 0) return net.writableLength
  return writeBuffer.reduce((sum, packet) => sum + (packet.data?.length ?? 0), net.writableLength)
}

/** Ends a line at once. Engine.IO's own way waits until everything is read, which here nobody does. */
export function cut({ socket, net }: Wire): void {
  socket.disconnect(true)
  net.destroy()
}
