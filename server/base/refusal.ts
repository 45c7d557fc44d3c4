import { type Code, codes, type FieldError } from '../../shared/wire/base.ts'

type More = { errors?: FieldError[]; retryAfterMs?: number; cause?: unknown }

/**
 * A normal no: a code of the wire and a sentence that is safe to show. Nothing was changed, and the
 * same idempotency key may be tried again. Anything else that is thrown is our own fault.
 */
export class Refusal extends Error {
  readonly code: Code
  readonly errors: FieldError[] | undefined
  readonly retryAfterMs: number | undefined

  constructor(code: Code, message: string, more: More = {}) {
    super(message, { cause: more.cause })
    this.name = 'Refusal'
    this.code = code
    this.errors = more.errors
    this.retryAfterMs = more.retryAfterMs
  }

  get status(): number {
    return codes[this.code]
  }
}

export function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text)
}

export const notFound = (what: string) =>
  new Refusal('NOT_FOUND', `There is no such ${what}, or it is not open to you.`)

export function invalid(pointer: string, detail: string): Refusal {
  return new Refusal('VALIDATION', detail, { errors: [{ pointer, detail }] })
}

/** Nothing was done, or what was done is not known: try again with the same key. */
export function unavailable(retryAfterMs = 1_000, cause?: unknown): Refusal {
  return new Refusal('UNAVAILABLE', 'Cannot do that right now. Nothing is lost; try again.', {
    retryAfterMs,
    cause,
  })
}
