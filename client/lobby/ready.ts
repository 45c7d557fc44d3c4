import { me } from '../api/session.ts'
import { command, on, openSocket, restSocket, whenUp } from '../api/socket.ts'
import type * as WayIn from '../watch/way-in.ts'

let wayIn: typeof WayIn | undefined

/** Signs that somebody is there. */
const signs = ['pointermove', 'touchstart', 'keydown', 'wheel'] as const
/** Without one for so long, nothing is kept open for them. */
const restMs = 60_000

/**
 * Who stands before a lit window goes in next. The pages are here before the click; the line is up
 * and the picture's language agreed on as soon as a hand moves, for whoever has a session already,
 * and until it rests.
 */
export function standReady(showId: string, prepare: (at: string) => void): () => void {
  const gone = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopGreeting: (() => void) | undefined
  prepare(`/s/${showId}`)
  import('../watch/way-in.ts').then(
    (found) => (wayIn = found),
    () => undefined, // the click asks again
  )
  const wake = () => {
    if (!me.value) return
    clearTimeout(timer)
    timer = setTimeout(rest, restMs)
    openSocket()
    stopGreeting ??= whenUp(() => void greet(showId))
  }
  const stop = () => {
    clearTimeout(timer)
    stopGreeting?.()
    stopGreeting = undefined
  }
  const rest = () => {
    stop()
    restSocket()
  }
  for (const sign of signs) addEventListener(sign, wake, { signal: gone.signal, passive: true })
  return () => {
    gone.abort()
    stop()
    turnAway()
  }
}

/** Any show will do: a server speaks the same in all of them. */
async function greet(showId: string): Promise<void> {
  try {
    const { meet, lookAround } = await import('../media/line.ts')
    await meet({ command, on, whenUp }, showId)
    await lookAround()
  } catch {
    // The visit asks again.
  }
}

/** A mouse over a window may be about to press; whoever has no session yet is made none for that. */
export function point({ pointerType }: PointerEvent, showId: string): void {
  if (pointerType === 'mouse' && me.value) wayIn?.pointAt(showId)
}

export function turnAway(): void {
  wayIn?.lookAway()
}

/** A mouse that is pressed means it; a finger may only be about to scroll. */
export function press(event: PointerEvent, showId: string): void {
  const { pointerType, button, metaKey, ctrlKey, shiftKey, altKey } = event
  if (pointerType !== 'mouse' || button !== 0) return
  if (!metaKey && !ctrlKey && !shiftKey && !altKey) wayIn?.beginVisit(showId)
}
