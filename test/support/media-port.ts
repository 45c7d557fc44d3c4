import { claimPorts } from './claim.ts'

/** The first of four ports for media workers of this file's tests: each file has a process of its own. */
export const { base: mediaPort } = await claimPorts({ first: 10_000, ports: 4, blocks: 400 })
