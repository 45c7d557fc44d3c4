import type { Code, FieldError, Problem } from '../../shared/wire/base.ts'

/** What the server said no to, or `OFFLINE`: no answer came, so the outcome is unknown. */
export type RefusedCode = Code | 'OFFLINE'

type More = {
  errors?: FieldError[] | undefined
  retryAfterMs?: number | undefined
  reference?: string | undefined
}

/** A typed refusal, the same from both doors. The page finds its sentence by the code. */
export class Refused extends Error {
  readonly code: RefusedCode
  readonly errors: FieldError[]
  readonly retryAfterMs: number | undefined
  /** Short enough to read out to somebody who helps. */
  readonly reference: string | undefined

  constructor(code: RefusedCode, message: string, more: More = {}) {
    super(message)
    this.name = 'Refused'
    this.code = code
    this.errors = more.errors ?? []
    this.retryAfterMs = more.retryAfterMs
    this.reference = more.reference
  }

  /** What a moderator wrote to whom it is about: it ends the message. */
  get reason(): string | null {
    return /Reason given: (.+)$/.exec(this.message)?.[1] ?? null
  }

  /** The detail for one field, by the end of its JSON pointer: `/email`. */
  field(name: string): string | undefined {
    return this.errors.find((error) => error.pointer.replace(/^#?\/(body\/)?/, '') === name)?.detail
  }
}

export function refusedBy(problem: Partial<Problem>, status: number): Refused {
  const code = (problem.code ?? (status >= 500 ? 'UNAVAILABLE' : 'INTERNAL')) as Code
  return new Refused(code, problem.detail ?? problem.title ?? 'refused', {
    errors: problem.errors,
    retryAfterMs: problem.retryAfterMs,
    reference: problem.instance?.split(/[/:]/).at(-1)?.slice(-8),
  })
}

/** Anything thrown, as a refusal: what is not one is our own fault and said so. */
export function asRefused(thrown: unknown): Refused {
  if (thrown instanceof Refused) return thrown
  return new Refused('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown))
}
