import { type Signal, signal } from '@preact/signals'
import { hasWebRtc } from '../../media/able.ts'

/** Where the picture comes from. An encoder sends it past this page. */
export type SourceKind = 'camera' | 'encoder' | 'test'

/** Why there is no picture or no sound from this device. */
export type Trouble = 'refused' | 'none' | 'busy' | 'insecure' | 'unable'

const camera = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } }

export type Taken = { stream: MediaStream | null; trouble: Trouble | null; release: () => void }

/** Takes what was chosen; `release` lets go of the devices. Throws what the browser threw. */
export async function take(
  kind: SourceKind,
  cameraId: string,
  microphoneId: string,
): Promise<Taken> {
  if (kind === 'encoder') return { stream: null, trouble: null, release: () => undefined }
  // Nobody is asked for a camera whose picture would reach nobody.
  if (!hasWebRtc()) return { stream: null, trouble: 'unable', release: () => undefined }
  if (kind === 'test') {
    const { testPicture } = await import('../../media/test-picture.ts')
    const { stream, stop } = await testPicture()
    return { stream, trouble: null, release: stop }
  }
  if (navigator.mediaDevices === undefined) {
    return { stream: null, trouble: 'insecure', release: () => undefined }
  }
  const stream = await devicesOf(cameraId, microphoneId)
  const release = () => {
    for (const track of stream.getTracks()) track.stop()
  }
  return { stream, trouble: stream.getVideoTracks().length > 0 ? null : 'none', release }
}

/** Camera and microphone; where one is missing, the other alone. */
async function devicesOf(cameraId: string, microphoneId: string): Promise<MediaStream> {
  const video = { ...camera, ...(cameraId === '' ? {} : { deviceId: { ideal: cameraId } }) }
  const audio = microphoneId === '' ? true : { deviceId: { ideal: microphoneId } }
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio })
  } catch (thrown) {
    if (troubleOf(thrown) !== 'none') throw thrown
    const one = navigator.mediaDevices.getUserMedia({ video })
    return one.catch(() => navigator.mediaDevices.getUserMedia({ audio }))
  }
}

export function troubleOf(thrown: unknown): Trouble {
  const name = thrown instanceof DOMException ? thrown.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'none' : 'busy'
}

/** What is plugged in, as the browser tells; names come once it may use them. */
export function openDevices() {
  const cameras = signal<MediaDeviceInfo[]>([])
  const microphones = signal<MediaDeviceInfo[]>([])
  async function list(): Promise<void> {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? []
    cameras.value = all.filter((one) => one.kind === 'videoinput' && one.deviceId !== '')
    microphones.value = all.filter((one) => one.kind === 'audioinput' && one.deviceId !== '')
  }
  const onChange = () => void list()
  navigator.mediaDevices?.addEventListener('devicechange', onChange)
  return {
    cameras,
    microphones,
    list,
    close: () => navigator.mediaDevices?.removeEventListener('devicechange', onChange),
  }
}

/** Microphone and camera on or off. Off sends silence and a dark picture; the show goes on. */
export function openSwitches(stream: Signal<MediaStream | null>) {
  const microphoneOn = signal(true)
  const cameraOn = signal(true)
  function apply(): void {
    for (const track of stream.peek()?.getAudioTracks() ?? []) track.enabled = microphoneOn.peek()
    for (const track of stream.peek()?.getVideoTracks() ?? []) track.enabled = cameraOn.peek()
  }
  const toggle = (one: Signal<boolean>) => () => {
    one.value = !one.value
    apply()
  }
  return {
    microphoneOn,
    cameraOn,
    toggleMicrophone: toggle(microphoneOn),
    toggleCamera: toggle(cameraOn),
    apply,
  }
}
