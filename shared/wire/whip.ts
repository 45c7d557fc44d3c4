import Type from 'typebox'
import { IdParam, Instant, Nullable, Shape } from './base.ts'
import { routes } from './contract.ts'

/** An encoder's key to one show: whoever has it may send that show's picture, and nothing else. */
export const streamKeyRoutes = routes({
  streamKey: {
    method: 'GET',
    path: '/shows/:id/stream-key',
    summary: 'Whether this show has a stream key, and since when; the key itself is told only once',
    may: 'host',
    params: IdParam,
    reply: Shape({ createdAt: Nullable(Instant) }),
    status: 200,
  },
  makeStreamKey: {
    method: 'POST',
    path: '/shows/:id/stream-key',
    summary: 'A new stream key for encoders (WHIP); the one before it ends, and what it sends',
    may: 'host',
    params: IdParam,
    reply: Shape({ key: Type.String(), createdAt: Instant }),
    status: 201,
  },
  revokeStreamKey: {
    method: 'DELETE',
    path: '/shows/:id/stream-key',
    summary: 'End the stream key, and what it sends',
    may: 'host',
    params: IdParam,
    status: 204,
  },
})
