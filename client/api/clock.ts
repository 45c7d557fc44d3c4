import { command, whenUp } from './socket.ts'

/** Five pings, and the quickest one is believed: its answer was least delayed on the way. */
const pings = 5
const againMs = 60_000
/** After a connect there is more to do; in the quiet after that a ping is quicker, and so truer. */
const quietMs = 1_000

let offsetMs = 0
/** Half of the best round trip: how far the offset may be off. */
let errorMs = Number.POSITIVE_INFINITY

/** The server's clock, epoch ms. Until the first answer: this device's own. */
export function serverNow(): number {
  return Date.now() + offsetMs
}

/** What an answer that carries `serverTime` tells, until a ping knows better. */
export function hintServerTime(serverTime: number): void {
  if (errorMs === Number.POSITIVE_INFINITY) offsetMs = serverTime - Date.now()
}

export type Ping = { sentAt: number; gotAt: number; serverTime: number }

/** The offset by the ping with the smallest round trip; null of none. */
export function offsetOf(heard: Ping[]): { offsetMs: number; errorMs: number } | null {
  let best: { offsetMs: number; errorMs: number } | null = null
  for (const { sentAt, gotAt, serverTime } of heard) {
    const half = (gotAt - sentAt) / 2
    if (best === null || half < best.errorMs) {
      best = { offsetMs: serverTime - (sentAt + half), errorMs: half }
    }
  }
  return best
}

async function ping(): Promise<Ping> {
  const sentAt = Date.now()
  const { serverTime } = await command('clock:sync', { t0: sentAt })
  return { sentAt, gotAt: Date.now(), serverTime }
}

async function sync(): Promise<void> {
  const heard: Ping[] = []
  for (let i = 0; i < pings; i += 1) heard.push(await ping())
  const best = offsetOf(heard)
  if (best === null) return
  offsetMs = best.offsetMs
  errorMs = best.errorMs
}

/** Keeps the clock while somebody needs it: at every connect, and each minute. */
export function keepClock(): () => void {
  const now = () => {
    sync().catch(() => undefined) // the line is down: the next connect asks again
  }
  let soon: ReturnType<typeof setTimeout> | undefined
  const stop = whenUp(() => {
    clearTimeout(soon)
    soon = setTimeout(now, quietMs)
  })
  const timer = setInterval(now, againMs)
  return () => {
    stop()
    clearTimeout(soon)
    clearInterval(timer)
  }
}
