import { signal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type Arriving as Way, watchInto } from '../../media/into.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/states.tsx'
import { t } from '../words.ts'
import { levelMax } from './level.ts'
import type { Source } from './source.ts'
import { t as s } from './words-source.ts'

/** What the camera sees, without sound: nobody wants to hear themselves. */
export function OwnVideo({ source, showId }: { source: Source; showId: string }) {
  if (source.kind.value === 'encoder') return <Arriving showId={showId} />
  return <Local source={source} />
}

function Local({ source }: { source: Source }) {
  const video = useRef<HTMLVideoElement>(null)
  const stream = source.stream.value
  useLayoutEffect(() => {
    if (video.current !== null) video.current.srcObject = stream
  }, [stream])
  if (stream === null || stream.getVideoTracks().length === 0) return <NoPicture source={source} />
  return (
    <video ref={video} tabIndex={-1} autoplay playsInline muted aria-label={t('own.picture')} />
  )
}

/** What an encoder sends comes back from the server, as viewers get it. */
function Arriving({ showId }: { showId: string }) {
  const video = useRef<HTMLVideoElement>(null)
  const [arriving] = useState(() => signal<Way>('coming'))
  useEffect(() => {
    const element = video.current
    return element === null ? undefined : watchInto(showId, element, arriving)
  }, [showId])
  return (
    <>
      <video ref={video} tabIndex={-1} autoplay playsInline muted aria-label={t('own.picture')} />
      {arriving.value !== 'playing' && (
        <p class="no-signal">{arriving.value === 'unable' ? s('unable.see') : t('enc.waiting')}</p>
      )}
    </>
  )
}

function NoPicture({ source }: { source: Source }) {
  const trouble = source.trouble.value
  if (trouble === null) return <div class="no-picture" role="status" aria-label={t('no.picture')} />
  return (
    <div class="no-picture">
      <Empty icon="camera" title={s(trouble)} help={s(`${trouble}.help`)}>
        {trouble === 'unable' ? (
          <Button kind="paper" size="desk" icon="upload" onClick={() => source.choose('encoder')}>
            {t('source.encoder')}
          </Button>
        ) : (
          <>
            <Button kind="paper" size="desk" onClick={() => source.choose('test')}>
              {t('use.test')}
            </Button>
            <Button kind="glass" size="desk" icon="refresh" onClick={() => source.choose('camera')}>
              {t('source.camera')}
            </Button>
          </>
        )}
      </Empty>
    </div>
  )
}

/** Microphone, camera, the other camera, and how loud it is. */
export function OwnControls({ source, onSource }: { source: Source; onSource?: () => void }) {
  const [mic, cam] = [source.microphoneOn.value, source.cameraOn.value]
  const here = source.kind.value !== 'encoder'
  return (
    <div class="under-bar">
      {here && (
        <>
          <Button
            kind={mic ? 'glass' : 'stop'}
            icon="mic"
            class={mic ? '' : 'struck'}
            aria-label={mic ? t('mic.on') : t('mic.off')}
            aria-pressed={mic}
            onClick={source.toggleMicrophone}
          />
          <Button
            kind={cam ? 'glass' : 'stop'}
            icon="camera"
            class={cam ? '' : 'struck'}
            aria-label={cam ? t('cam.on') : t('cam.off')}
            aria-pressed={cam}
            onClick={source.toggleCamera}
          />
        </>
      )}
      {source.kind.value === 'camera' && source.cameras.value.length > 1 && (
        <Button kind="glass" icon="flip" aria-label={t('flip')} onClick={source.flip} />
      )}
      {onSource !== undefined && (
        <Button kind="glass" icon="gear" aria-label={t('source')} onClick={onSource} />
      )}
      {here && <Level source={source} />}
    </div>
  )
}

function Level({ source }: { source: Source }) {
  const level = source.microphoneOn.value ? source.level.value : 0
  return (
    <span
      class="level glass push"
      role="meter"
      aria-label={t('level')}
      aria-valuemin={0}
      aria-valuemax={levelMax}
      aria-valuenow={level}
    >
      {Array.from({ length: levelMax }, (_, i) => (
        <i key={i} class={i < level ? 'on' : ''} />
      ))}
    </span>
  )
}
