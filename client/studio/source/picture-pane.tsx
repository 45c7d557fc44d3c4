import { useSignal } from '@preact/signals'
import type { Room } from '../../api/room.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Face } from '../../ui/pic.tsx'
import { RecordRow } from '../air/recording.tsx'
import type { Desk } from '../desk.ts'
import { t } from '../words.ts'
import { Connection } from './connection.tsx'
import { listOf } from './names.ts'
import { OwnControls, OwnVideo } from './own-picture.tsx'

/** My own picture with what phones cover, and how the line is. */
export function PicturePane({ desk, room }: { desk: Desk; room: Room }) {
  const covered = useSignal(true)
  return (
    <section class="pane picture" data-pane="picture" aria-label={t('picture')}>
      <div class="preview" data-zone="glass" data-off={isDark(desk) || undefined}>
        <OwnVideo source={desk.source} showId={desk.showId} />
        <p class="over">
          <Badge tone="glass">{t('own.picture')}</Badge>
          <Button
            kind="glass"
            size="desk"
            icon="eye"
            class="push"
            aria-pressed={covered.value}
            aria-label={t(covered.value ? 'covered.hide' : 'covered.show')}
            onClick={() => (covered.value = !covered.value)}
          />
        </p>
        {covered.value && (
          <div class="covered">
            <Badge tone="glass">{t('covered')}</Badge>
          </div>
        )}
        {!desk.source.cameraOn.value && (
          <p class="cam-off">
            {t(desk.source.microphoneOn.value ? 'cam.off.say' : 'cam.off.mute.say')}
          </p>
        )}
        <OwnControls source={desk.source} onSource={() => (desk.sheet.value = 'source')} />
      </div>
      <div class="fill">
        <Connection air={desk.air} />
        <Moderators desk={desk} room={room} />
        <RecordRow showId={desk.showId} />
      </div>
    </section>
  )
}

function Moderators({ desk, room }: { desk: Desk; room: Room }) {
  const staff = desk.staff.items.value ?? []
  const names = staff.map(({ displayName }) => displayName)
  const words =
    names.length === 0
      ? t('mods.none')
      : t(names.length === 1 ? 'mods.one' : 'mods.some', { names: listOf(names) })
  return (
    <div class="row rule mods">
      {staff.slice(0, 2).map(({ accountId, displayName }) => (
        <Face key={accountId} name={displayName} small />
      ))}
      <span class="quiet">{words}</span>
      <button type="button" class="do-link" onClick={() => (desk.sheet.value = 'moderators')}>
        {names.length === 0 ? t('ready.add') : t('mods.change')}
      </button>
      <a class="do-link" href={`/moderate/${room.show.id}`} target="_blank" rel="noopener">
        {t('moderate')}
      </a>
    </div>
  )
}

/** An encoder's picture is what the server has; ours is dark while nothing of it is sent. */
function isDark(desk: Desk): boolean {
  return desk.source.kind.value !== 'encoder' && desk.air.state.value.at === 'off'
}
