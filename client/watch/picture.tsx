import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Room } from '../api/room.ts'
import { Button } from '../ui/button.tsx'
import { t } from '../ui/words.ts'
import type { Playing } from './player.ts'

type Props = { room: Room; player: Playing | null }

/** Live, or its last still, or the window's goods: never a black hole. */
export function Picture({ room, player }: Props) {
  const video = useRef<HTMLVideoElement>(null)
  const still = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    if (player === null || video.current === null) return
    return player.attach(video.current, still.current)
  }, [player])
  const playing = player?.picture.value === 'playing'
  return (
    <>
      <Goods room={room} />
      {player !== null && (
        <>
          <canvas class="video still" ref={still} aria-hidden="true" />
          <video
            ref={video}
            class="video"
            tabIndex={-1}
            data-on={playing || undefined}
            playsInline
            autoplay
            aria-label={room.show.title}
          />
        </>
      )}
    </>
  )
}

/** What stands in the window while no picture does. */
function Goods({ room }: { room: Room }) {
  const shown = room.products.find((product) => product.id === room.pinned) ?? room.products[0]
  const image = shown?.images[0]
  if (image === undefined) return <div class="video no-goods" />
  return <img class="video goods" src={image} alt="" />
}

/** In the middle third until the first touch. */
export function SoundTap({ player }: { player: Playing }) {
  if (!player.needsTap.value || player.picture.value !== 'playing') return null
  return (
    <Button kind="glass" icon="sound-off" class="sound-tap" onClick={player.toggleSound}>
      {t('sound.tap')}
    </Button>
  )
}

export function SoundButton({ player }: { player: Playing }) {
  const off = player.muted.value
  return (
    <Button
      kind="glass"
      icon={off ? 'sound-off' : 'sound'}
      aria-label={off ? t('sound.on') : t('sound.off')}
      onClick={player.toggleSound}
    />
  )
}
