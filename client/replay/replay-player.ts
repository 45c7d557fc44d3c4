import { signal } from '@preact/signals'
import { turnSmallPlayer } from '../media/small-player.ts'
import { playAloud } from '../media/sound.ts'
import type { PictureState, Playing } from '../watch/player.ts'

/** Steps of the arrow keys. */
const stepMs = 5_000

/** The recording in this page's one video element: the same hands as for a running show, and a scrub line. */
export class ReplayPlayer implements Playing {
  readonly picture = signal<PictureState>('connecting')
  readonly muted = signal(true)
  readonly needsTap = signal(false)
  readonly paused = signal(false)
  readonly lines = signal(0)
  /** Where the picture is, in the video's own time. */
  readonly videoMs = signal(0)
  /** The picture cannot be had. */
  readonly failed = signal(false)
  readonly #playlist: string
  #video: HTMLVideoElement | null = null
  #ended = false
  /** Where to begin, until there is a picture to begin with. */
  #beginAt: number | null

  constructor(playlist: string, beginAtMs: number) {
    this.#playlist = playlist
    this.#beginAt = beginAtMs
    this.videoMs.value = beginAtMs
  }

  attach(video: HTMLVideoElement): () => void {
    this.#video = video
    video.muted = this.muted.peek()
    // Another stage, another element: it goes on where the one before was.
    this.#beginAt ??= this.videoMs.peek()
    const stop = new AbortController()
    const hear = (type: string, act: () => void) =>
      video.addEventListener(type, act, { signal: stop.signal })
    hear('loadedmetadata', () => this.#begin(video))
    hear('resize', () => (this.lines.value = Math.min(video.videoWidth, video.videoHeight)))
    hear('playing', () => (this.picture.value = 'playing'))
    hear('waiting', () => (this.picture.value = 'reconnecting'))
    hear('pause', () => (this.paused.value = true))
    hear('play', () => (this.paused.value = false))
    hear('ended', () => (this.#ended = true))
    for (const type of ['timeupdate', 'seeked']) hear(type, () => this.#tick(video))
    void this.#open(video, stop.signal)
    return () => {
      stop.abort()
      if (this.#video === video) this.#video = null
    }
  }

  toggleSound = (): void => {
    this.needsTap.value = false
    this.muted.value = !this.muted.value
    if (this.#video !== null) this.#video.muted = this.muted.value
  }

  togglePlay = (): void => {
    const video = this.#video
    if (video === null) return
    if (!video.paused) return video.pause()
    if (this.#ended) this.seek(0)
    void playAloud(video, this)
  }

  smallPlayer = (): void => turnSmallPlayer(this.#video)

  seek(ms: number): void {
    this.#ended = false
    this.videoMs.value = Math.max(0, ms)
    if (this.#beginAt !== null) this.#beginAt = this.videoMs.value
    else if (this.#video !== null) this.#video.currentTime = this.videoMs.value / 1_000
  }

  step(direction: 1 | -1): void {
    this.seek(this.videoMs.peek() + direction * stepMs)
  }

  #tick(video: HTMLVideoElement): void {
    if (this.#beginAt === null) this.videoMs.value = video.currentTime * 1_000
  }

  #begin(video: HTMLVideoElement): void {
    const from = this.#beginAt
    this.#beginAt = null
    if (from !== null && from > 0) video.currentTime = from / 1_000
    void playAloud(video, this)
  }

  /** The library is a chunk of its own, and only where the browser cannot play by itself. */
  async #open(video: HTMLVideoElement, gone: AbortSignal): Promise<void> {
    this.failed.value = false
    const lost = () => {
      if (gone.aborted) return
      this.failed.value = true
      this.picture.value = 'none'
    }
    try {
      const { playHls } = await import('../media/hls.ts')
      if (gone.aborted) return
      const playing = await playHls(video, this.#playlist, lost)
      if (gone.aborted) playing.close()
      else gone.addEventListener('abort', () => playing.close())
    } catch {
      lost()
    }
  }
}
