import { hash, randomBytes, randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'
import { systemClock } from './clock.ts'

const idBytes = 16
/** Random bytes drawn at once: asked for one id at a time they are most of what an id costs. */
const pool = Buffer.alloc(256 * idBytes)
let drawn = pool.length
const last = { msecs: 0, seq: 0 }

/**
 * UUIDv7 (RFC 9562): ordered by time, so that indexes grow at their end. Ids of one process also
 * ascend within a millisecond (§6.2), which Node's own do not: what happened later is listed later.
 */
export function newId(): string {
  if (drawn === pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  const random = pool.subarray(drawn, drawn + idBytes)
  drawn += idBytes
  const now = systemClock.now().getTime()
  // A clock set back changes nothing; 2^31 ids are left in a millisecond when it begins.
  if (now > last.msecs) Object.assign(last, { msecs: now, seq: random.readUInt32BE(6) >>> 1 })
  else last.seq += 1
  return v7({ random, ...last })
}

/** 256 random bits, base64url: a session token, a reset link. Only its hash is ever stored. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

export function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}

/** The same as text: by way of a Buffer it takes four times as long. */
export function sha256Text(text: string): string {
  return hash('sha256', text, 'base64url')
}

/** One text for equal values, whatever the order of their keys: what idempotency compares. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const entries = Object.entries(value as Record<string, unknown>)
    .filter(([, v]) => v !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`
}

export function fingerprint(value: unknown): string {
  return sha256Text(canonical(value))
}
