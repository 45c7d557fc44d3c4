import { type Signal, signal } from '@preact/signals'
import {
  openDevices,
  openSwitches,
  type SourceKind,
  type Trouble,
  take,
  troubleOf,
} from './devices.ts'
import { openHearing } from './level.ts'

export type Source = {
  kind: Signal<SourceKind>
  /** What is seen and heard now; another one when a device or the source changes. */
  stream: Signal<MediaStream | null>
  trouble: Signal<Trouble | null>
  cameras: Signal<MediaDeviceInfo[]>
  microphones: Signal<MediaDeviceInfo[]>
  cameraId: Signal<string>
  microphoneId: Signal<string>
  microphoneOn: Signal<boolean>
  cameraOn: Signal<boolean>
  /** 0 to 10. */
  level: Signal<number>
  /** It was louder than a whisper at least once. */
  heard: Signal<boolean>
  choose: (kind: SourceKind) => void
  chooseCamera: (id: string) => void
  chooseMicrophone: (id: string) => void
  toggleMicrophone: () => void
  toggleCamera: () => void
  /** The next camera of this device. */
  flip: () => void
  close: () => void
}

export type Kept = { kind: SourceKind; cameraId: string; microphoneId: string }

/** The picture and sound of this page; devices are asked for when a source is chosen, not before. */
export function openSource(kept: Kept): Source {
  const kind = signal<SourceKind>(kept.kind)
  const stream = signal<MediaStream | null>(null)
  const trouble = signal<Trouble | null>(null)
  const cameraId = signal(kept.cameraId)
  const microphoneId = signal(kept.microphoneId)
  const { apply, ...switches } = openSwitches(stream)
  const { cameras, microphones, ...devices } = openDevices()
  const { level, heard, ...hearing } = openHearing()
  let round = 0
  let release = (): void => undefined

  async function refill(): Promise<void> {
    round += 1
    const mine = round
    trouble.value = null
    try {
      const taken = await take(kind.value, cameraId.value, microphoneId.value)
      if (mine !== round) return taken.release()
      release()
      release = taken.release
      show(taken.stream)
      trouble.value = taken.trouble
      await devices.list()
    } catch (thrown) {
      if (mine !== round) return
      release()
      release = () => undefined
      show(null)
      trouble.value = troubleOf(thrown)
    }
  }

  function show(taken: MediaStream | null): void {
    stream.value = taken
    apply()
    hearing.of(taken)
  }

  function change<T>(one: Signal<T>, to: T): void {
    one.value = to
    heard.value = false
    void refill()
  }

  void refill()
  return {
    kind,
    stream,
    trouble,
    cameras,
    microphones,
    cameraId,
    microphoneId,
    ...switches,
    level,
    heard,
    choose: (next) => change(kind, next),
    chooseCamera: (id) => change(cameraId, id),
    chooseMicrophone: (id) => change(microphoneId, id),
    flip: () => change(cameraId, nextOf(cameras.value, cameraId.value)),
    close() {
      round += 1
      devices.close()
      hearing.of(null)
      release()
    },
  }
}

function nextOf(cameras: MediaDeviceInfo[], id: string): string {
  const now = cameras.findIndex(({ deviceId }) => deviceId === id)
  return cameras[(now + 1) % cameras.length]?.deviceId ?? ''
}
