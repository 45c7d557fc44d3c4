import { type Signal, signal } from '@preact/signals'
import { command, on, whenUp } from '../api/socket.ts'
import type { Watcher } from '../media/watch.ts'

/** How the picture is: nothing yet, running, standing still while it comes back, or none is sent. */
export type PictureState = 'none' | 'connecting' | 'playing' | 'reconnecting' | 'waiting'

export type Player = {
  picture: Signal<PictureState>
  muted: Signal<boolean>
  /** The browser lets nothing sound before the first touch. */
  needsTap: Signal<boolean>
  paused: Signal<boolean>
  /** Lines of the picture that is shown: 720, 360, 180. */
  lines: Signal<number>
  /** Puts the picture into an element, and keeps a small still of it. Answers the undo. */
  attach: (video: HTMLVideoElement, still: HTMLCanvasElement | null) => () => void
  toggleSound: () => void
  togglePlay: () => void
  smallPlayer: () => void
  close: () => void
}

/** A still is for the moment when the picture stops: small and now and then is enough. */
const stillEveryMs = 3_000
const stillWidth = 270

export function openPlayer(showId: string): Player {
  const picture = signal<PictureState>('none')
  const muted = signal(true)
  const needsTap = signal(false)
  const paused = signal(false)
  const lines = signal(0)
  let video: HTMLVideoElement | null = null
  let watcher: Watcher | null = null
  let closed = false
  const waiting = new Set<(made: Watcher) => void>()

  // The media library is a chunk of its own: the page stands before it is here.
  const made = import('../media/watch.ts').then(({ watch }) => {
    if (closed) return
    watcher = watch({ line: { command, on, whenUp }, showId })
    watcher.state.subscribe(({ at }) => (picture.value = at === 'over' ? 'none' : at))
    for (const tell of waiting) tell(watcher)
  })
  made.catch(() => (picture.value = 'none'))

  async function play(): Promise<void> {
    if (video === null) return
    try {
      await video.play()
      needsTap.value = video.muted
    } catch {
      // Sound before a touch is refused: play without, and offer the button.
      video.muted = true
      muted.value = true
      needsTap.value = true
      await video.play().catch(() => (paused.value = true))
    }
  }

  function attach(element: HTMLVideoElement, still: HTMLCanvasElement | null): () => void {
    video = element
    const hasTouched = navigator.userActivation?.hasBeenActive === true
    element.muted = !hasTouched && muted.value
    muted.value = element.muted
    let detach = (): void => undefined
    const begin = (ready: Watcher) => {
      detach = ready.attach(element)
      void play()
    }
    if (watcher === null) waiting.add(begin)
    else begin(watcher)
    const size = () => (lines.value = Math.min(element.videoWidth, element.videoHeight))
    element.addEventListener('resize', size)
    const timer = setInterval(() => keepStill(element, still), stillEveryMs)
    return () => {
      waiting.delete(begin)
      clearInterval(timer)
      element.removeEventListener('resize', size)
      detach()
      if (video === element) video = null
    }
  }

  return {
    picture,
    muted,
    needsTap,
    paused,
    lines,
    attach,
    toggleSound() {
      needsTap.value = false
      muted.value = !muted.value
      if (video === null) return
      video.muted = muted.value
      if (!muted.value) void play()
    },
    togglePlay() {
      paused.value = !paused.value
      if (paused.value) video?.pause()
      else void play()
    },
    smallPlayer() {
      if (document.pictureInPictureElement !== null) void document.exitPictureInPicture()
      else video?.requestPictureInPicture().catch(() => undefined) // the browser says no: it stays
    },
    close() {
      closed = true
      watcher?.close()
    },
  }
}

function keepStill(video: HTMLVideoElement, still: HTMLCanvasElement | null): void {
  if (still === null || video.videoWidth === 0 || video.paused) return
  still.width = stillWidth
  still.height = Math.round((stillWidth * video.videoHeight) / video.videoWidth)
  still.getContext('2d')?.drawImage(video, 0, 0, still.width, still.height)
}
