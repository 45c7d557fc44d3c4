import type { SendHealth } from '../../media/send-health.ts'

/** Words first, SCREENS §2: Steady, Weak with advice, Lost. There is no yellow verdict. */
export type Verdict = {
  is: 'steady' | 'weak' | 'lost'
  why:
    | 'fine'
    | 'starting'
    | 'loss'
    | 'bandwidth'
    | 'cpu'
    | 'keys'
    | 'far'
    | 'away'
    | 'dark'
    | 'here'
}

/** One layer as it arrives. Its size stays the encoder's own knowledge. */
export type ArrivalLayer = {
  kind: 'audio' | 'video'
  codec: string
  rid: string | null
  bitrate: number
  lossShare: number
  fps: number | null
  keyFrameMs: number | null
}

/** What the server says of what arrives there. */
export type Arrival = {
  flowing: boolean
  bitrate: number
  /** As they come: pictures with the largest first, then sound. */
  layers: ArrivalLayer[]
  lossShare: number
  roundTripMs: number | null
}

/** Above this share of lost packets people begin to see it. */
const lossWeak = 0.03
const roundTripWeakMs = 400
/** Whoever comes in, or loses a packet too many, waits so long for a whole picture. */
const keyFrameWeakMs = 4_000

export function arrivalOf(answer: object): Arrival {
  const { layers, roundTripMs, flowing } = answer as Partial<Record<string, unknown>>
  const come = Array.isArray(layers) ? (layers as ArrivalLayer[]) : []
  const sorted = come.toSorted((a, b) =>
    a.kind === b.kind ? b.bitrate - a.bitrate : a.kind === 'video' ? -1 : 1,
  )
  return {
    flowing: flowing === true && come.length > 0,
    bitrate: come.reduce((sum, { bitrate = 0 }) => sum + bitrate, 0),
    layers: sorted,
    lossShare: Math.max(0, ...come.map(({ lossShare }) => lossShare ?? 0)),
    roundTripMs: typeof roundTripMs === 'number' ? roundTripMs : null,
  }
}

/** Of a picture that an encoder or another window sends: only the server's side is known. */
export function verdictOfArrival(arrival: Arrival): Verdict {
  if (arrival.lossShare > lossWeak) return { is: 'weak', why: 'loss' }
  const slow = arrival.layers.some(({ keyFrameMs }) => (keyFrameMs ?? 0) > keyFrameWeakMs)
  return slow ? { is: 'weak', why: 'keys' } : { is: 'steady', why: 'fine' }
}

export function verdictOf(given: {
  at: string
  health: SendHealth
  arrival: Arrival | null
  /** It has been sent for long enough that nothing arriving means something. */
  sending: boolean
  /** This browser has no way to the server's media. */
  unreached: boolean
}): Verdict {
  const { at, health, arrival, sending, unreached } = given
  if (at === 'connecting') return { is: 'steady', why: 'starting' }
  if (at !== 'on') return { is: 'lost', why: 'away' }
  if (sending && arrival !== null && !arrival.flowing) {
    return { is: 'lost', why: unreached ? 'here' : 'dark' }
  }
  const loss = Math.max(health.lossShare ?? 0, arrival?.lossShare ?? 0)
  if (loss > lossWeak) return { is: 'weak', why: 'loss' }
  const limits = health.layers.map(({ limitedBy }) => limitedBy)
  if (sending && limits.includes('bandwidth')) return { is: 'weak', why: 'bandwidth' }
  if (sending && limits.includes('cpu')) return { is: 'weak', why: 'cpu' }
  if ((health.roundTripMs ?? 0) > roundTripWeakMs) return { is: 'weak', why: 'far' }
  return { is: 'steady', why: sending ? 'fine' : 'starting' }
}
