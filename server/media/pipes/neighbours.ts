import type { ProducerInfo } from '../streams/stream.ts'

/** Where a stream comes in: a node, and which of its turns this is. */
export type Origin = { node: string; address: string; epoch: number; producers: ProducerInfo[] }

/**
 * What the media of this process needs of the others. Without it there are none, and a stream is
 * only where it is published.
 */
export type Neighbours = {
  node: string
  /** Where the others reach this process. */
  address: string
  /** Pipes between nodes listen here. */
  pipes: { ip: string; portRange: { min: number; max: number } }
  originOf(streamId: string): Promise<Origin | undefined>
  /** Refuses as the other node does; UNAVAILABLE when it does not answer. */
  ask<T>(address: string, word: string, what: unknown): Promise<T>
  /** The air of this stream is the account's, on every node; or CONFLICT. */
  takeAir(streamId: string, accountId: string): Promise<{ moved: boolean }>
  /** Nothing came of it. */
  leaveAir(streamId: string): void
}

/** Two ends of a pipe, both with retransmission and encryption: between machines packets get lost and read. */
export function pipeOptions({ ip, portRange }: Neighbours['pipes']) {
  return {
    listenInfo: { protocol: 'udp' as const, ip, portRange },
    enableRtx: true,
    enableSrtp: true,
    enableSctp: false,
  }
}
