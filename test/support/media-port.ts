/**
 * The first of four ports for media workers of this file's tests: below those that the system gives to
 * outgoing connections, which would take one at the wrong moment. Each file has a process of its own.
 */
export const mediaPort = 10_000 + (process.pid % 500) * 4
