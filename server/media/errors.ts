import { errors } from 'mediasoup'
import { invalid, notFound, Refusal, unavailable } from '../base/refusal.ts'

/**
 * What mediasoup threw over something that a client sent, as a refusal. Its checks throw raw
 * TypeErrors and its worker plain Errors, and both mean: not like that. Their words stay inside.
 */
export function rejected(error: unknown, pointer: string): Error {
  if (error instanceof Refusal) return error
  if (error instanceof errors.WorkerClosedError) return unavailable(restartMs, error)
  if (error instanceof errors.NotFoundError) return notFound('producer')
  const { message, errors: fields } = invalid(pointer, 'The media server cannot work with this.')
  return new Refusal('VALIDATION', message, { errors: fields ?? [], cause: error })
}

/** The same for a call in which nothing came from a client: all but a dying worker is our fault. */
export function failed(error: unknown): unknown {
  return error instanceof errors.WorkerClosedError ? unavailable(restartMs, error) : error
}

/** A worker is back within this, as a rule. */
const restartMs = 1_000
