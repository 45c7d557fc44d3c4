import { signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Room } from '../api/room.ts'
import { type Arriving, watchInto } from '../media/into.ts'
import { Button } from '../ui/button.tsx'
import { t } from './words.ts'

/** The show as viewers see it, without sound until a moderator wants it. */
export function Picture({ showId, room }: { showId: string; room: Room }) {
  const video = useRef<HTMLVideoElement>(null)
  const [sound, setSound] = useState(false)
  const live = room.show.status === 'live' || room.show.status === 'interrupted'
  const [arriving] = useState(() => signal<Arriving>('coming'))
  useEffect(() => {
    const element = video.current
    if (!live || element === null) return
    return watchInto(showId, element, arriving)
  }, [showId, live])
  const image = room.products.find(({ id }) => id === room.pinned)?.images[0]
  const playing = arriving.value === 'playing'
  return (
    <div class="preview" data-zone="glass">
      {!playing && image !== undefined && <img class="waiting" src={image} alt="" />}
      <video
        ref={video}
        tabIndex={-1}
        autoplay
        playsInline
        muted={!sound}
        data-on={playing || undefined}
        aria-label={t('picture.of', { title: room.show.title })}
      />
      {!playing && <p class="no-show">{wordsOf(room, arriving.value)}</p>}
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

function wordsOf({ show }: Room, arriving: Arriving): string {
  if (show.status === 'ended') return t('picture.over')
  if (show.status === 'interrupted') return t('picture.none')
  if (show.status !== 'live') return t('picture.soon')
  if (arriving === 'unable') return t('picture.unable')
  return t(arriving === 'coming' ? 'picture.coming' : 'picture.none')
}
