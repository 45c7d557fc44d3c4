import type { Stream } from '../streams/stream.ts'
import type { TapeSource } from './take.ts'

/** A picture that comes in on this node, and its sound if there is any; only while it flows. */
export function tapeSource(stream: Stream | undefined): TapeSource | undefined {
  const video = stream?.published('video')
  const incoming = stream?.incoming
  if (!video || video.closed || !incoming || incoming.closed) return undefined
  if (!stream?.picture.flowing) return undefined
  const audio = stream.published('audio')
  return { router: incoming.router.rtc, video, audio: audio?.closed ? undefined : audio }
}
