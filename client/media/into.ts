import type { Signal } from '@preact/signals'
import { command, on, whenUp } from '../api/socket.ts'
import { hasWebRtc } from './able.ts'
import type { Watcher } from './watch.ts'

/** How the picture is on its way: asked for, not there, or seen; or this browser cannot have it. */
export type Arriving = 'coming' | 'none' | 'playing' | 'unable'

/** A show's picture into an element of a desk. The media library is a chunk of its own: the desk stands before it is here. */
export function watchInto(
  showId: string,
  element: HTMLVideoElement,
  arriving: Signal<Arriving>,
): () => void {
  let watcher: Watcher | null = null
  let gone = false
  arriving.value = hasWebRtc() ? 'coming' : 'unable'
  if (arriving.value === 'unable') return () => undefined
  import('./watch.ts').then(
    ({ watch }) => {
      if (gone) return
      watcher = watch({ line: { command, on, whenUp }, showId })
      watcher.attach(element)
      watcher.state.subscribe(({ at }) => {
        if (at === 'playing') arriving.value = 'playing'
        else arriving.value = at === 'connecting' || at === 'reconnecting' ? 'coming' : 'none'
      })
    },
    () => {
      // Without a picture everything else on the desk still works.
      arriving.value = 'none'
    },
  )
  return () => {
    gone = true
    watcher?.close()
  }
}
