import { timingSafeEqual } from 'node:crypto'
import { Refusal } from '../../base/refusal.ts'
import { signature } from '../../base/signature.ts'
import type { WireHeaders } from './provider.ts'

/** How far the sender's clock and ours may be apart, and how old a caught event may be: Standard Webhooks. */
const toleranceMs = 300_000
/** Old and new secret while one replaces the other; more is somebody guessing. */
const signaturesMax = 8
const idLengthMax = 128
const secondDigitsMax = 12

/**
 * The id of a body that the holder of the secret signed in the last five minutes. Whatever is wrong
 * with it, the refusal is the same: a forger learns nothing from it.
 */
export function verifySigned(
  secret: Buffer,
  headers: WireHeaders,
  rawBody: Buffer,
  now: Date,
): string {
  const id = one(headers['webhook-id'], idLengthMax)
  const seconds = one(headers['webhook-timestamp'], secondDigitsMax)
  const given = one(headers['webhook-signature'], 1_024)
  if (!id || !seconds || !given || !/^\d+$/.test(seconds)) throw notVerified()
  const expected = signature(secret, id, seconds, rawBody)
  const fits = given
    .split(' ')
    .slice(0, signaturesMax)
    .map((entry) => isEqual(entry, expected))
    .includes(true)
  if (!fits || Math.abs(now.getTime() - Number(seconds) * 1_000) > toleranceMs) throw notVerified()
  return id
}

export function notVerified(): Refusal {
  return new Refusal('VALIDATION', 'This event could not be verified.')
}

/** Compared as text: decoding base64 would forgive what was appended. */
function isEqual(entry: string, expected: string): boolean {
  const given = Buffer.from(entry)
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected))
}

function one(header: string | string[] | undefined, lengthMax: number): string | undefined {
  return typeof header === 'string' && header.length <= lengthMax ? header : undefined
}
