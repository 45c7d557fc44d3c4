import type { SendHealth } from '../media/send-health.ts'

/** Words first, SCREENS §2: Steady, Weak with advice, Lost. There is no yellow verdict. */
export type Verdict = {
  is: 'steady' | 'weak' | 'lost'
  why: 'fine' | 'starting' | 'loss' | 'bandwidth' | 'cpu' | 'far' | 'away' | 'dark'
}

/** What the server says of what arrives there. */
export type Arrival = {
  flowing: boolean
  bitrate: number
  lossShare: number
  roundTripMs: number | null
}

/** Above this share of lost packets people begin to see it. */
const lossWeak = 0.03
const roundTripWeakMs = 400

export function arrivalOf(answer: object): Arrival {
  const { layers, roundTripMs, flowing } = answer as Partial<Record<string, unknown>>
  const losses = Array.isArray(layers) ? (layers as { lossShare?: number; bitrate?: number }[]) : []
  return {
    flowing: flowing === true && losses.length > 0,
    bitrate: losses.reduce((sum, { bitrate = 0 }) => sum + bitrate, 0),
    lossShare: Math.max(0, ...losses.map(({ lossShare }) => lossShare ?? 0)),
    roundTripMs: typeof roundTripMs === 'number' ? roundTripMs : null,
  }
}

/** Of a picture that an encoder or another window sends: only the server's side is known. */
export function verdictOfArrival(arrival: Arrival): Verdict {
  if (arrival.lossShare > lossWeak) return { is: 'weak', why: 'loss' }
  return { is: 'steady', why: 'fine' }
}

export function verdictOf(given: {
  at: string
  health: SendHealth
  arrival: Arrival | null
  /** It has been sent for long enough that nothing arriving means something. */
  sending: boolean
}): Verdict {
  const { at, health, arrival, sending } = given
  if (at === 'connecting') return { is: 'steady', why: 'starting' }
  if (at !== 'on') return { is: 'lost', why: 'away' }
  if (sending && arrival !== null && !arrival.flowing) return { is: 'lost', why: 'dark' }
  const loss = Math.max(health.lossShare ?? 0, arrival?.lossShare ?? 0)
  if (loss > lossWeak) return { is: 'weak', why: 'loss' }
  const limits = health.layers.map(({ limitedBy }) => limitedBy)
  if (sending && limits.includes('bandwidth')) return { is: 'weak', why: 'bandwidth' }
  if (sending && limits.includes('cpu')) return { is: 'weak', why: 'cpu' }
  if ((health.roundTripMs ?? 0) > roundTripWeakMs) return { is: 'weak', why: 'far' }
  return { is: 'steady', why: sending ? 'fine' : 'starting' }
}
