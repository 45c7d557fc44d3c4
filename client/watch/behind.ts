import { serverNow } from '../api/clock.ts'
import type { Watcher } from '../media/watch.ts'

/** A picture that began longer ago than this is no running show any more. */
const freshMs = 10_000
/** So long may a connection take until its first frames. */
const proofMs = 8_000
const proofFrames = 3
const lookMs = 250

export const liveUrl = (showId: string) => `/api/v1/shows/${showId}/live/index.m3u8`

/** Whether the show can be seen a few seconds behind, without WebRTC, right now. */
export async function runsBehind(showId: string): Promise<boolean> {
  try {
    const answer = await fetch(liveUrl(showId))
    if (!answer.ok) return false
    const times = [...(await answer.text()).matchAll(/PROGRAM-DATE-TIME:(\S+)/g)]
    return serverNow() - Date.parse(times.at(-1)?.[1] ?? '') < freshMs
  } catch {
    return false // offline: then there is nothing to see either way
  }
}

/** Whether frames really come by this connection; tried in an element that nobody sees. */
export async function bringsFrames(watcher: Watcher, gone: AbortSignal): Promise<boolean> {
  const video = document.createElement('video')
  video.muted = true
  const detach = watcher.attach(video)
  try {
    void video.play().catch(() => undefined) // without frames it may never begin
    const until = performance.now() + proofMs
    while (performance.now() < until && !gone.aborted) {
      if ((await watcher.frames()) >= proofFrames) return true
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    }
    return false
  } finally {
    detach()
  }
}
