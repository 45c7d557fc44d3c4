import Type, { type Static, type TSchema } from 'typebox'
import { keyMax, pageMax, priceAmountMax, quantityMax, reasonMax } from '../limits.ts'

const strict = { additionalProperties: false } as const

/** An object that refuses what it does not know: nothing is stripped, nothing is coerced. */
export function Shape<const P extends Record<string, TSchema>>(properties: P) {
  return Type.Object(properties, strict)
}

/** UUIDv7 as we make them; any RFC 9562 version as we read them. Lower case only. */
export const Id = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
})

const leapYear = '(\\d\\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)'
const day =
  '\\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))'
/** RFC 3339, UTC, milliseconds; of days that there are, and years that Postgres knows. */
export const Instant = Type.String({
  pattern: `^(?!0000)(${day}|${leapYear}-02-29)T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$`,
})

/** A day of the calendar. */
export const Day = Type.String({ pattern: `^(?!0000)(${day}|${leapYear}-02-29)$` })

/** What stands in an affiliate's links as `via`. */
export const Via = Type.String({ minLength: 1, maxLength: 64, pattern: '^[\\x20-\\x7E]+$' })

/**
 * Text that Postgres and JSON can carry: no NUL, no lone surrogates, no other control characters
 * but line breaks and tabs. Limits count UTF-16 units; finer ones live with the feature.
 */
export function Text(minLength: number, maxLength: number) {
  return Type.String({
    minLength,
    maxLength,
    pattern: '^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F\\uD800-\\uDFFF]*$',
  })
}

/** Text on one line that is more than white space. */
export function Line(maxLength: number) {
  return Type.String({
    minLength: 1,
    maxLength,
    pattern: '^(?=.*\\S)[^\\u0000-\\u001F\\u007F\\u2028\\u2029\\uD800-\\uDFFF]*$',
  })
}

export const Currency = Type.String({ pattern: '^[A-Z]{3}$' })
const Amount = Type.Integer({ minimum: 0, maximum: priceAmountMax })
/** What somebody may ask or charge. */
export const Money = Shape({ amount: Amount, currency: Currency })
/** What is told: sums may be larger than a price. */
export const Sum = Shape({
  amount: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  currency: Currency,
})
export const Quantity = Type.Integer({ minimum: 1, maximum: quantityMax })
export const Reason = Line(reasonMax)
export const Key = Type.String({ minLength: 1, maxLength: keyMax, pattern: '^[\\x20-\\x7E]+$' })
export const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const Empty = Shape({})
export const IdParam = Shape({ id: Id })

export const PageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 200, pattern: '^[A-Za-z0-9_-]+$' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: pageMax })),
}

export function Page<T extends TSchema>(item: T) {
  return Shape({ items: Type.Array(item), nextCursor: Nullable(Type.String()) })
}

export function Nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()])
}

/** WIRE, Codes. The number is the HTTP status. */
export const codes = {
  VALIDATION: 400,
  UNAUTHENTICATED: 401,
  PAYMENT_FAILED: 402,
  FORBIDDEN: 403,
  MUTED: 403,
  BANNED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  SOLD_OUT: 409,
  LIMIT_PER_BUYER: 409,
  SALE_NOT_OPEN: 409,
  OUTBID: 409,
  AUCTION_OVER: 409,
  SHOW_NOT_LIVE: 409,
  PRODUCT_PULLED: 409,
  GONE: 410,
  HOLD_ENDED: 410,
  PRECONDITION_FAILED: 412,
  PRECONDITION_REQUIRED: 428,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RANGE_NOT_SATISFIABLE: 416,
  IDEMPOTENCY_MISMATCH: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  FULL: 503,
} as const
export type Code = keyof typeof codes

export const FieldError = Shape({ pointer: Type.String(), detail: Type.String() })
export type FieldError = Static<typeof FieldError>

export const Problem = Shape({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  instance: Type.String(),
  errors: Type.Optional(Type.Array(FieldError)),
  retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
})
export type Problem = Static<typeof Problem>

export type Ack<T> =
  | { ok: true; value: T }
  | { ok: false; code: Code; message: string; errors?: FieldError[]; retryAfterMs?: number }

export type Money = Static<typeof Money>
