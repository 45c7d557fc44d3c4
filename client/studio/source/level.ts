import { signal } from '@preact/signals'

type Meter = { close: () => void }

const everyMs = 100
/** From here up it counts as sound; 0 dB is the loudest there is. */
const floorDb = -60
export const levelMax = 10
/** Louder than a whisper. */
const heardFrom = 2

/** How loud it is now, and whether anything was heard at all. */
export function openHearing() {
  const level = signal(0)
  const heard = signal(false)
  let meter: Meter | null = null
  return {
    level,
    heard,
    /** Listens to this stream from now on, or to none. */
    of(stream: MediaStream | null): void {
      meter?.close()
      meter = null
      level.value = 0
      if (stream === null || stream.getAudioTracks().length === 0) return
      meter = listen(stream, (now) => {
        level.value = now
        if (now >= heardFrom) heard.value = true
      })
    },
  }
}

/**
 * Hears how loud a stream is, 0 to 10. Before the first touch of the page a browser hears nothing. Nobody waits
 * for what is heard here, so it comes in larger pieces: 1.3 % of a core instead of 2.5 for as long as a show lasts.
 */
function listen(stream: MediaStream, tell: (level: number) => void): Meter {
  const context = new AudioContext({ latencyHint: 'playback' })
  const analyser = new AnalyserNode(context, { fftSize: 1024 })
  new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const wake = () => {
    context.resume().catch(() => undefined) // not allowed yet: the next touch tries again
  }
  wake()
  document.addEventListener('pointerdown', wake)
  document.addEventListener('keydown', wake)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    tell(levelOf(samples))
  }, everyMs)
  return {
    close() {
      clearInterval(timer)
      document.removeEventListener('pointerdown', wake)
      document.removeEventListener('keydown', wake)
      void context.close()
    },
  }
}

function levelOf(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  const loudness = Math.sqrt(sum / samples.length)
  if (loudness === 0) return 0
  const db = 20 * Math.log10(loudness)
  return Math.max(0, Math.min(levelMax, Math.round((1 - db / floorDb) * levelMax)))
}
