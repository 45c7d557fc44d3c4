import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isFree } from '../../scripts/dev/keep.ts'

// A process that is killed must find its port free when it starts again, and nobody else on it
// meanwhile: another run of these tests on this machine neither. Ports that the system picks ("0")
// belong to whoever comes next, an outgoing connection of a neighbour too; all of these lie below them.

/** Where blocks of one kind lie, and how many ports one has besides its claim. */
type Blocks = { first: number; ports: number; blocks: number }

/** Ports from `base` on that are one's alone until released, or until this process ends. */
export type Claimed = { base: number; release(): void }

/** Takes the next free block; which one is tried first does not matter. */
export async function claimPorts({ first, ports, blocks }: Blocks): Promise<Claimed> {
  for (let tried = 0; tried < blocks; tried++) {
    const at = first + ((process.pid + tried) % blocks) * (ports + 1)
    const claim = await bound(at)
    if (!claim) continue
    if (await allFree(at + 1, ports)) return { base: at + 1, release: () => claim.close() }
    claim.close()
  }
  throw new Error(`all ports from ${first} on are taken`)
}

/** The claim is a UDP port: the kernel gives it back when this process ends, however it ends. */
async function bound(port: number): Promise<Socket | undefined> {
  const socket = createSocket('udp4')
  try {
    socket.bind({ port, address: '127.0.0.1', exclusive: true })
    await once(socket, 'listening')
    socket.unref()
    return socket
  } catch (error) {
    socket.close()
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw error
  }
}

async function allFree(base: number, count: number): Promise<boolean> {
  for (let port = base; port < base + count; port++) {
    const socket = await bound(port)
    if (!socket) return false
    socket.close()
    if (!(await isFree('127.0.0.1', port))) return false
  }
  return true
}
