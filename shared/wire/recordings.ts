import Type, { type Static } from 'typebox'
import { Id, IdParam, Instant, Nullable, Shape } from './base.ts'
import { routes } from './contract.ts'

const Ms = Type.Integer({ minimum: 0, maximum: 86_400_000 })

/** What its host left of it, in show time: ms since the show started. */
const Cut = Shape({ startMs: Ms, endMs: Ms })

/** Here the video's time and the wall's run together, within 100 ms. Between two of them is a gap. */
const Run = Shape({ at: Instant, fromMs: Ms, durationMs: Ms })

export const Recording = Shape({
  showId: Id,
  /** `none`: nothing recorded, or it is hidden or deleted. `finishing`: over, and being put away. */
  state: Type.Union([
    Type.Literal('none'),
    Type.Literal('recording'),
    Type.Literal('finishing'),
    Type.Literal('ready'),
  ]),
  /** What the host wants. */
  record: Type.Boolean(),
  /** Whether this server records at all. */
  available: Type.Boolean(),
  hidden: Type.Boolean(),
  /** From 0 to 1 while finishing. */
  progress: Nullable(Type.Number({ minimum: 0, maximum: 1 })),
  /** What keeps it from being recorded or put away; told to staff. */
  problem: Nullable(
    Type.Union([
      Type.Literal('no-program'),
      Type.Literal('program-failed'),
      Type.Literal('busy'),
      Type.Literal('disk-full'),
      Type.Literal('storage'),
    ]),
  ),
  /** Told to staff; 0 for others. */
  bytes: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  /** Wall clock of the first frame. */
  startedAt: Nullable(Instant),
  /** Length of the video, after the cut. Gaps take no time in it. */
  durationMs: Ms,
  cut: Nullable(Cut),
  runs: Type.Array(Run),
  /** Path of the HLS playlist, once the show is over and something can be played. */
  playlist: Nullable(Type.String()),
})
export type Recording = Static<typeof Recording>

export const recordingRoutes = routes({
  recording: {
    method: 'GET',
    path: '/shows/:id/recording',
    summary: "A show's recording: how far it is, and which show time each moment of it has",
    may: 'anyone',
    params: IdParam,
    reply: Recording,
    status: 200,
  },
  changeRecording: {
    method: 'PATCH',
    path: '/shows/:id/recording',
    summary: 'Record this show or not; hide its recording; cut its beginning and end',
    may: 'host',
    params: IdParam,
    body: Shape({
      record: Type.Optional(Type.Boolean()),
      hidden: Type.Optional(Type.Boolean()),
      cut: Type.Optional(Nullable(Cut)),
    }),
    reply: Recording,
    status: 200,
  },
  deleteRecording: {
    method: 'DELETE',
    path: '/shows/:id/recording',
    summary: 'Delete the recording, for good',
    may: 'host',
    admin: true,
    params: IdParam,
    status: 204,
  },
})
