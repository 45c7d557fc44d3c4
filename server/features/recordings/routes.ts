import type { recordingRoutes as table } from '../../../shared/wire/recordings.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Recordings } from './recordings.ts'

export function recordingRoutes(recordings: Recordings): Handlers<typeof table> {
  return {
    recording: ({ who, params }) => recordings.get(who, params.id),
    changeRecording: ({ who, params, body }) => recordings.change(who, params.id, body),
    deleteRecording: ({ who, params }) => recordings.delete(who, params.id),
  }
}
