import { useEffect, useId, useState } from 'preact/hooks'
import { titleMax } from '../../../shared/limits.ts'
import { call } from '../../api/http.ts'
import type { Room } from '../../api/room.ts'
import { Field } from '../../ui/field.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { Segments } from '../../ui/segments.tsx'
import { act } from '../act.ts'
import type { Desk } from '../desk.ts'
import { t } from '../words.ts'
import type { SourceKind } from './devices.ts'
import type { Source } from './source.ts'

const kinds: { kind: SourceKind; icon: IconName }[] = [
  { kind: 'camera', icon: 'camera' },
  { kind: 'encoder', icon: 'upload' },
  { kind: 'test', icon: 'play' },
]

export function SourceTabs({ source }: { source: Source }) {
  return (
    <Segments
      label={t('source')}
      value={source.kind.value}
      onChoose={source.choose}
      segments={kinds.map(({ kind, icon }) => ({
        value: kind,
        label: t(`source.${kind}`),
        before: <Icon name={icon} size="md" />,
      }))}
    />
  )
}

/** Which camera and microphone; a browser names them once it may use them. */
export function Devices({ source }: { source: Source }) {
  if (source.kind.value !== 'camera') return null
  return (
    <div class="two">
      <DeviceSelect
        label={t('camera')}
        devices={source.cameras.value}
        chosen={source.cameraId.value}
        nameless={(n) => t('camera.no', { n })}
        onChoose={source.chooseCamera}
      />
      <DeviceSelect
        label={t('microphone')}
        devices={source.microphones.value}
        chosen={source.microphoneId.value}
        nameless={(n) => t('microphone.no', { n })}
        onChoose={source.chooseMicrophone}
      />
    </div>
  )
}

function DeviceSelect(props: {
  label: string
  devices: MediaDeviceInfo[]
  chosen: string
  nameless: (n: number) => string
  onChoose: (id: string) => void
}) {
  const id = useId()
  const { label, devices, chosen, nameless, onChoose } = props
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        class="input desk"
        disabled={devices.length === 0}
        value={chosen === '' ? devices[0]?.deviceId : chosen}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {devices.length === 0 && <option>–</option>}
        {devices.map((device, i) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label === '' ? nameless(i + 1) : device.label}
          </option>
        ))}
      </select>
    </div>
  )
}

/** Saved when the field is left; every screen hears of it. */
export function TitleField({ desk, room }: { desk: Desk; room: Room }) {
  const [text, setText] = useState(room.show.title)
  useEffect(() => setText(room.show.title), [room.show.title])
  const trimmed = text.trim()
  const error =
    trimmed === ''
      ? t('plan.title.need')
      : trimmed.length > titleMax
        ? t('plan.title.long', { n: trimmed.length, max: titleMax })
        : undefined
  const save = () => {
    if (error !== undefined || trimmed === room.show.title) return
    const body = { title: trimmed }
    void act(() => call('PATCH', '/shows/:id', { params: { id: desk.showId }, body }))
  }
  return (
    <Field
      label={t('plan.title')}
      desk
      value={text}
      error={error}
      onInput={(event) => setText(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && save()}
    />
  )
}
