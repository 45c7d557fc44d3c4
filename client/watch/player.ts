import { signal } from '@preact/signals'
import { command, on, whenUp } from '../api/socket.ts'
import type { Watcher } from '../media/watch.ts'

/** How the picture is: nothing yet, running, standing still while it comes back, or none is sent. */
export type PictureState = 'none' | 'connecting' | 'playing' | 'reconnecting' | 'waiting'

/** A still is for the moment when the picture stops: small and now and then is enough. */
const stillEveryMs = 3_000
const stillWidth = 270

/** The picture of a show in this page: sound, pause, and which element it is in. */
export class Player {
  readonly picture = signal<PictureState>('none')
  readonly muted = signal(true)
  /** The browser lets nothing sound before the first touch. */
  readonly needsTap = signal(false)
  readonly paused = signal(false)
  /** Lines of the picture that is shown: 720, 360, 180. */
  readonly lines = signal(0)
  #video: HTMLVideoElement | null = null
  #watcher: Watcher | null = null
  #closed = false
  #waiting = new Set<(watcher: Watcher) => void>()

  constructor(showId: string) {
    // The media library is a chunk of its own: the page stands before it is here.
    import('../media/watch.ts').then(
      ({ watch }) => this.#begin(watch({ line: { command, on, whenUp }, showId })),
      () => (this.picture.value = 'none'),
    )
  }

  /** Puts the picture into an element, and keeps a small still of it. Answers the undo. */
  attach(video: HTMLVideoElement, still: HTMLCanvasElement | null): () => void {
    this.#video = video
    const hasTouched = navigator.userActivation?.hasBeenActive === true
    video.muted = !hasTouched && this.muted.value
    this.muted.value = video.muted
    let detach = (): void => undefined
    const begin = (watcher: Watcher) => {
      detach = watcher.attach(video)
      void this.#play(video)
    }
    if (this.#watcher === null) this.#waiting.add(begin)
    else begin(this.#watcher)
    const size = () => {
      this.lines.value = Math.min(video.videoWidth, video.videoHeight)
    }
    video.addEventListener('resize', size)
    const timer = setInterval(() => keepStill(video, still), stillEveryMs)
    return () => {
      this.#waiting.delete(begin)
      clearInterval(timer)
      video.removeEventListener('resize', size)
      detach()
      if (this.#video === video) this.#video = null
    }
  }

  toggleSound = (): void => {
    this.needsTap.value = false
    this.muted.value = !this.muted.value
    if (this.#video === null) return
    this.#video.muted = this.muted.value
    if (!this.muted.value) void this.#play(this.#video)
  }

  togglePlay = (): void => {
    this.paused.value = !this.paused.value
    if (this.paused.value) this.#video?.pause()
    else if (this.#video !== null) void this.#play(this.#video)
  }

  smallPlayer = (): void => {
    const act =
      document.pictureInPictureElement === null
        ? this.#video?.requestPictureInPicture()
        : document.exitPictureInPicture()
    act?.catch(() => undefined) // the browser says no: the picture stays where it is
  }

  close(): void {
    this.#closed = true
    this.#watcher?.close()
  }

  #begin(watcher: Watcher): void {
    if (this.#closed) return watcher.close()
    this.#watcher = watcher
    watcher.state.subscribe(({ at }) => {
      this.picture.value = at === 'over' ? 'none' : at
    })
    for (const begin of this.#waiting) begin(watcher)
  }

  async #play(video: HTMLVideoElement): Promise<void> {
    try {
      await video.play()
      this.needsTap.value = video.muted
    } catch {
      // Sound before a touch is refused: play without, and offer the button.
      video.muted = true
      this.muted.value = true
      this.needsTap.value = true
      await video.play().catch(() => undefined) // nothing is there yet: it starts by itself
    }
  }
}

/** What a stage needs of a picture, running or recorded. */
export type Playing = Pick<
  Player,
  | 'picture'
  | 'muted'
  | 'needsTap'
  | 'paused'
  | 'lines'
  | 'attach'
  | 'toggleSound'
  | 'togglePlay'
  | 'smallPlayer'
>

function keepStill(video: HTMLVideoElement, still: HTMLCanvasElement | null): void {
  if (still === null || video.videoWidth === 0 || video.paused) return
  still.width = stillWidth
  still.height = Math.round((stillWidth * video.videoHeight) / video.videoWidth)
  still.getContext('2d')?.drawImage(video, 0, 0, still.width, still.height)
}
