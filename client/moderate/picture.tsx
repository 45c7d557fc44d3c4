import { type Signal, signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Room } from '../api/room.ts'
import { command, on, whenUp } from '../api/socket.ts'
import type { Watcher } from '../media/watch.ts'
import { Button } from '../ui/button.tsx'
import { t } from './words.ts'

/** The show as viewers see it, without sound until a moderator wants it. */
export function Picture({ showId, room }: { showId: string; room: Room }) {
  const video = useRef<HTMLVideoElement>(null)
  const [sound, setSound] = useState(false)
  const live = room.show.status === 'live' || room.show.status === 'interrupted'
  const [playing] = useState(() => signal(false))
  useEffect(() => {
    const element = video.current
    if (!live || element === null) return
    return watchInto(showId, element, playing)
  }, [showId, live])
  const image = room.products.find(({ id }) => id === room.pinned)?.images[0]
  const words =
    room.show.status === 'ended' ? t('picture.over') : t(live ? 'picture.none' : 'picture.soon')
  return (
    <div class="preview" data-zone="glass">
      {!playing.value && image !== undefined && <img class="dim" src={image} alt="" />}
      <video
        ref={video}
        autoplay
        playsInline
        muted={!sound}
        data-on={playing.value || undefined}
        aria-label={t('picture.of', { title: room.show.title })}
      />
      {!playing.value && <p class="no-show">{words}</p>}
      <div class="under-bar">
        <Button
          kind="glass"
          icon={sound ? 'sound' : 'sound-off'}
          aria-label={t(sound ? 'sound.on' : 'sound.off')}
          aria-pressed={sound}
          onClick={() => setSound(!sound)}
        />
      </div>
    </div>
  )
}

/** The media library is a chunk of its own: chat and queue stand before it is here. */
export function watchInto(
  showId: string,
  element: HTMLVideoElement,
  playing: Signal<boolean>,
): () => void {
  let watcher: Watcher | null = null
  let gone = false
  import('../media/watch.ts').then(
    ({ watch }) => {
      if (gone) return
      watcher = watch({ line: { command, on, whenUp }, showId })
      watcher.attach(element)
      watcher.state.subscribe(({ at }) => (playing.value = at === 'playing'))
    },
    () => undefined, // without a picture everything else on the desk still works
  )
  return () => {
    gone = true
    watcher?.close()
    playing.value = false
  }
}
