import type { Signal } from '@preact/signals'

type Sound = { muted: Signal<boolean>; needsTap: Signal<boolean> }

/** Plays; where a browser refuses sound before a touch, without it, and a button is offered. */
export async function playAloud(
  video: HTMLVideoElement,
  { muted, needsTap }: Sound,
): Promise<void> {
  try {
    await video.play()
    needsTap.value = video.muted
  } catch {
    video.muted = true
    muted.value = true
    needsTap.value = true
    await video.play().catch(() => undefined) // nothing is there yet, or the play button is
  }
}
