import { signal } from '@preact/signals'
import { command, on, whenUp } from '../api/socket.ts'
import { turnSmallPlayer } from '../media/small-player.ts'
import { playAloud } from '../media/sound.ts'
import type { Entering, Watcher } from '../media/watch.ts'
import { bringsFrames, liveUrl, runsBehind } from './behind.ts'

/** A chunk of its own: the page stands before it is here. Asked for at once, while the show is entered. */
const load = () => import('../media/watch.ts')
let media: ReturnType<typeof load> | undefined
function openMedia() {
  media ??= load()
  media.catch(() => (media = undefined)) // asked for again by the next player
  return media
}
openMedia().catch(() => undefined)

/**
 * How the picture is: nothing yet, running, standing still while it comes back, refused because the
 * node is full, or none is sent.
 */
export type PictureState = 'none' | 'connecting' | 'playing' | 'reconnecting' | 'full' | 'waiting'

/** A still is for the moment when the picture stops: small and now and then is enough. */
const stillEveryMs = 3_000
const stillWidth = 270

/** No frame for so long, although somebody sends: WebRTC is blocked here, or the node is full. */
const blockedMs = 6_000
const lookMs = 1_000
/** A connection that was blocked is tried again after this, and each time after twice as long: few networks open up. */
const tryAgainMs = 45_000
const tryAgainMaxMs = 300_000

/**
 * The picture of a show in this page: sound, pause, and which element it is in. Where no frame gets
 * through by WebRTC, it is played a few seconds behind, and WebRTC is tried again now and then.
 */
export class Player {
  readonly picture = signal<PictureState>('none')
  readonly muted = signal(true)
  /** The browser lets nothing sound before the first touch. */
  readonly needsTap = signal(false)
  readonly paused = signal(false)
  /** A frame of it was seen. */
  readonly shown = signal(false)
  /** Lines of the picture that is shown: 720, 360, 180. */
  readonly lines = signal(0)
  /** The picture comes some seconds late; what is said and sold does not. */
  readonly behind = signal(false)
  readonly #showId: string
  readonly #gone = new AbortController()
  #make: (() => Watcher) | undefined
  #video: HTMLVideoElement | null = null
  #watcher: Watcher | null = null
  #unfollow: () => void = () => undefined
  #hide: () => void = () => undefined
  /** Frames that came so far, and since when no other one did. */
  #frames = { count: 0, at: performance.now() }
  #asking = false
  #triedAt = Number.NEGATIVE_INFINITY
  #waitMs = tryAgainMs

  /** With `entering` the picture is asked for before the show has been entered, once there is a session. */
  constructor(showId: string, entering?: Entering & { admitted: Promise<void> }) {
    this.#showId = showId
    Promise.all([openMedia(), entering?.admitted]).then(
      ([{ watch }]) => {
        const given = { line: { command, on, whenUp }, showId }
        this.#make = () => watch(given)
        if (!this.#gone.signal.aborted) this.#follow(watch({ ...given, entering }))
      },
      () => (this.picture.value = 'none'),
    )
    const looking = setInterval(() => void this.#look(), lookMs)
    this.#gone.signal.addEventListener('abort', () => clearInterval(looking))
    addEventListener('online', () => this.#tryAtOnce(), { signal: this.#gone.signal })
  }

  /** Puts the picture into an element, and keeps a small still of it. Answers the undo. */
  attach(video: HTMLVideoElement, still: HTMLCanvasElement | null): () => void {
    this.#video = video
    this.#frames = { count: 0, at: performance.now() }
    const hasTouched = navigator.userActivation?.hasBeenActive === true
    video.muted = !hasTouched && this.muted.value
    this.muted.value = video.muted
    this.#show()
    const size = () => {
      this.lines.value = Math.min(video.videoWidth, video.videoHeight)
    }
    video.addEventListener('resize', size)
    video.requestVideoFrameCallback?.(() => (this.shown.value = true))
    const timer = setInterval(() => keepStill(video, still), stillEveryMs)
    return () => {
      clearInterval(timer)
      video.removeEventListener('resize', size)
      if (this.#video !== video) return
      this.#hide()
      this.#video = null
    }
  }

  toggleSound = (): void => {
    this.needsTap.value = false
    this.muted.value = !this.muted.value
    if (this.#video === null) return
    this.#video.muted = this.muted.value
    if (!this.muted.value) void playAloud(this.#video, this)
  }

  togglePlay = (): void => {
    this.paused.value = !this.paused.value
    if (this.paused.value) this.#video?.pause()
    else if (this.#video !== null) void playAloud(this.#video, this)
  }

  smallPlayer = (): void => turnSmallPlayer(this.#video)

  close(): void {
    this.#gone.abort()
    this.#hide()
    this.#unfollow()
    this.#watcher?.close()
  }

  /** From now on the picture is what this connection brings. */
  #follow(watcher: Watcher): void {
    this.#watcher = watcher
    this.behind.value = false
    this.#frames.at = performance.now()
    this.#unfollow = watcher.state.subscribe(({ at }) => {
      this.picture.value = at === 'over' ? 'none' : at
    })
    this.#show()
  }

  /** Puts into the element what there is. */
  #show(): void {
    this.#hide()
    const video = this.#video
    if (video === null) return
    if (this.behind.value) this.#hide = this.#showBehind(video)
    else if (this.#watcher !== null) this.#hide = this.#watcher.attach(video)
    else return
    void playAloud(video, this)
  }

  #showBehind(video: HTMLVideoElement): () => void {
    const shown = new AbortController()
    const hear = (event: string, state: PictureState) =>
      video.addEventListener(event, () => (this.picture.value = state), { signal: shown.signal })
    hear('playing', 'playing')
    hear('waiting', 'reconnecting')
    const open = async () => {
      const { playHls } = await import('../media/hls.ts')
      if (shown.signal.aborted) return
      const playing = await playHls(video, liveUrl(this.#showId), () => this.#comeBack())
      if (shown.signal.aborted) playing.close()
      else shown.signal.addEventListener('abort', () => playing.close())
    }
    open().catch(() => this.#comeBack())
    return () => shown.abort()
  }

  async #look(): Promise<void> {
    if (this.#asking || this.#video === null || this.paused.value) return
    this.#asking = true
    try {
      if (this.behind.value) await this.#tryAgain()
      else if (await this.#isBlocked()) await this.#fallBehind()
    } finally {
      this.#asking = false
    }
  }

  /** Where it is full, waiting helps nobody. */
  async #isBlocked(): Promise<boolean> {
    const count = (await this.#watcher?.frames()) ?? 0
    const now = performance.now()
    if (count !== this.#frames.count) this.#frames = { count, at: now }
    if (this.#watcher?.state.value.at === 'full') return now - this.#triedAt > blockedMs
    return now - this.#frames.at > blockedMs && this.#isOn()
  }

  /** Somebody sends, as far as is known, and it should be seen here. */
  #isOn(): boolean {
    const at = this.#watcher?.state.value.at
    return at === 'playing' || at === 'reconnecting' || at === 'connecting'
  }

  async #fallBehind(): Promise<void> {
    this.#frames.at = performance.now()
    this.#triedAt = this.#frames.at
    if (!(await runsBehind(this.#showId)) || this.#gone.signal.aborted) return
    this.#unfollow()
    this.#watcher?.close()
    this.#watcher = null
    this.#triedAt = performance.now()
    this.#waitMs = tryAgainMs
    this.picture.value = 'connecting'
    this.behind.value = true
    this.#show()
  }

  /** Tries WebRTC beside what is shown, and changes over only when it brings frames. */
  async #tryAgain(): Promise<void> {
    if (performance.now() - this.#triedAt < this.#waitMs || !this.#make) return
    const watcher = this.#make()
    const { signal: gone } = this.#gone
    const works = await bringsFrames(watcher, gone)
    this.#triedAt = performance.now()
    const isFull = watcher.state.value.at === 'full'
    this.#waitMs = isFull ? tryAgainMs : Math.min(2 * this.#waitMs, tryAgainMaxMs)
    if (works && !gone.aborted && this.behind.value) this.#follow(watcher)
    else watcher.close()
  }

  /** It may be another network. */
  #tryAtOnce(): void {
    this.#triedAt = Number.NEGATIVE_INFINITY
    this.#waitMs = tryAgainMs
  }

  /** Nothing comes that way either: back to the connection that may yet come up. */
  #comeBack(): void {
    if (this.#gone.signal.aborted || !this.behind.value || !this.#make) return
    this.picture.value = 'reconnecting'
    this.#follow(this.#make())
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
> &
  Partial<Pick<Player, 'behind' | 'shown'>>

function keepStill(video: HTMLVideoElement, still: HTMLCanvasElement | null): void {
  if (still === null || video.videoWidth === 0 || video.paused) return
  still.width = stillWidth
  still.height = Math.round((stillWidth * video.videoHeight) / video.videoWidth)
  still.getContext('2d')?.drawImage(video, 0, 0, still.width, still.height)
}
