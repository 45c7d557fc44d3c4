import { effect, type Signal, signal } from '@preact/signals'
import { asRefused } from '../../api/refused.ts'
import { command, line, on, whenUp } from '../../api/socket.ts'
import type { Publisher } from '../../media/publish.ts'
import type { SendHealth } from '../../media/send-health.ts'
import type { Source } from '../source/source.ts'
import {
  type Arrival,
  arrivalOf,
  type Verdict,
  verdictOf,
  verdictOfArrival,
} from '../source/verdict.ts'

/** `over`: another window took the air, or the server will not have it; `why` says which. */
export type AirState =
  | { at: 'off' }
  | { at: 'connecting' }
  | { at: 'on' }
  | { at: 'reconnecting' }
  | { at: 'over'; why: string }

/** This page's way to the viewers, and how well it goes. */
export type Air = {
  state: Signal<AirState>
  health: Signal<SendHealth | null>
  /** Bits a second of the last two minutes, oldest first. */
  trail: Signal<number[]>
  verdict: Signal<Verdict | null>
  /** A picture of this show reaches the server, and this window does not send it. */
  elsewhere: Signal<boolean>
  /** What the server says of what arrives, whoever sends it. */
  arrival: Signal<Arrival | null>
  start: () => void
  stop: () => void
  close: () => void
}

const readEveryMs = 2_000
/** The server is asked less often than our own encoder. */
const askEvery = 2
const trailMax = 60
/** Readings until an encoder has found its pace. */
const warmUp = 4

export function openAir(showId: string, source: Source): Air {
  const state = signal<AirState>({ at: 'off' })
  let publisher: Publisher | null = null
  let round = 0
  let sent: MediaStream | null = null
  const readings = openReadings(showId, state, () => publisher)

  function start(): void {
    const stream = source.stream.peek()
    if (stream === null || publisher !== null) return
    round += 1
    const mine = round
    state.value = { at: 'connecting' }
    import('../../media/publish.ts').then(
      ({ publish }) => {
        if (mine !== round) return
        sent = source.stream.peek() ?? stream
        publisher = publish({ line: { command, on, whenUp }, showId, stream: sent })
        publisher.state.subscribe((now) => {
          if (mine !== round) return
          if (now.at === 'over' && now.why === 'replaced') readings.sentElsewhere()
          state.value = now.at === 'live' ? { at: 'on' } : now
        })
      },
      (thrown: unknown) => {
        if (mine === round) state.value = { at: 'over', why: asRefused(thrown).code }
      },
    )
  }

  function stop(): void {
    round += 1
    publisher?.close()
    publisher = null
    sent = null
    readings.forget()
    state.value = { at: 'off' }
  }

  /** Another camera or microphone takes the place of the one before, without a gap. */
  const stopFollowing = effect(() => {
    const stream = source.stream.value
    if (publisher === null || stream === null || stream === sent) return
    sent = stream
    for (const kind of ['video', 'audio'] as const) {
      const track = stream.getTracks().find((one) => one.kind === kind) ?? null
      publisher.replaceTrack(kind, track).catch(() => undefined) // a rebuild sends it anyway
    }
  })

  const { health, trail, verdict, elsewhere, arrival } = readings
  return {
    state,
    health,
    trail,
    verdict,
    elsewhere,
    arrival,
    start,
    stop,
    close() {
      readings.close()
      stopFollowing()
      stop()
    },
  }
}

/** Nothing arrives, says the server; without an answer what was known stands. */
async function askArrival(showId: string, known: Arrival | null): Promise<Arrival | null> {
  try {
    return arrivalOf(await command('media:health', { showId }))
  } catch (thrown) {
    return asRefused(thrown).code === 'NOT_FOUND' ? arrivalOf({}) : known
  }
}

/** Reads how well it goes, here and at the server, for as long as something is sent. */
function openReadings(
  showId: string,
  state: Signal<AirState>,
  publisherNow: () => Publisher | null,
) {
  const health = signal<SendHealth | null>(null)
  const trail = signal<number[]>([])
  const verdict = signal<Verdict | null>(null)
  const elsewhere = signal(false)
  const arrival = signal<Arrival | null>(null)
  let readings = 0

  async function read(): Promise<void> {
    readings += 1
    if (readings % askEvery === 1 && line.peek() === 'up') {
      arrival.value = await askArrival(showId, arrival.value)
    }
    const publisher = publisherNow()
    const flows = arrival.value?.flowing === true
    const silent = publisher === null || state.peek().at === 'over'
    elsewhere.value = silent && flows
    if (publisher === null || silent) {
      health.value = null
      verdict.value = flows && arrival.value !== null ? verdictOfArrival(arrival.value) : null
      return
    }
    const now = await publisher.health()
    if (publisher !== publisherNow()) return
    health.value = now
    trail.value = [...trail.value, now.bitrate].slice(-trailMax)
    const sending = readings > warmUp
    verdict.value = verdictOf({
      at: state.value.at,
      health: now,
      arrival: arrival.value,
      sending,
      unreached: publisher.unreached(),
    })
  }
  const timer = setInterval(() => {
    read().catch(() => undefined) // a transport that is being rebuilt has no numbers for a moment
  }, readEveryMs)

  /** What was sent before says nothing about what is sent next. */
  function forget(): void {
    readings = 0
    arrival.value = null
    health.value = null
    verdict.value = null
  }

  return {
    health,
    trail,
    verdict,
    elsewhere,
    arrival,
    forget,
    /** Whoever took the air sends; the next reading asks whether it arrives. */
    sentElsewhere() {
      forget()
      elsewhere.value = true
    },
    close: () => clearInterval(timer),
  }
}
