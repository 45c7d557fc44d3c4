import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { Refusal } from '../base/refusal.ts'

/** Clocks of nodes may differ so much; a letter older than this is not read. */
const ageMaxMs = 30_000
/** Letters of half a minute, remembered so that none is read twice; more than nodes ever write. */
const rememberedMax = 200_000

const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

export type Letter = { at: string; iv: string; body: Buffer }

export type Seal = ReturnType<typeof createSeal>

/**
 * What nodes write to each other is sealed with a key that only they know: nobody else can read it,
 * change it, write one, or give the same one to a node twice. `way` binds a letter to what it asks of
 * which node, or to what it answers.
 */
export function createSeal(secret: string, now: () => number) {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'vitrine between nodes', 32))
  const seen = new Map<string, number>()

  /** Throws where this letter was read before; forgets those that are too old to be read at all. */
  function once(iv: string): void {
    if (seen.has(iv)) throw notOurs()
    for (const [oldest, at] of seen) {
      if (now() - at < 2 * ageMaxMs && seen.size < rememberedMax) break
      seen.delete(oldest)
    }
    seen.set(iv, now())
  }

  return {
    seal(way: string, what: unknown): Letter {
      const at = String(now())
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv(algorithm, key, iv)
      cipher.setAAD(Buffer.from(`${way}\n${at}`))
      const text = Buffer.from(JSON.stringify(what ?? null))
      const body = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()])
      return { at, iv: iv.toString('base64url'), body }
    },

    /** What it says; UNAUTHENTICATED when it is not from one of us, and for this way, now, once. */
    open(way: string, { at, iv, body }: Letter): unknown {
      const nonce = Buffer.from(iv, 'base64url')
      const age = Math.abs(now() - Number(at))
      if (!(age <= ageMaxMs) || nonce.length !== ivBytes || body.length < tagBytes) throw notOurs()
      const text = opened(key, { nonce, body, bound: `${way}\n${at}` })
      once(nonce.toString('base64url'))
      return JSON.parse(text)
    },
  }
}

function opened(key: Buffer, letter: { nonce: Buffer; body: Buffer; bound: string }): string {
  const { nonce, body, bound } = letter
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(bound))
  decipher.setAuthTag(body.subarray(-tagBytes))
  try {
    return Buffer.concat([
      decipher.update(body.subarray(0, -tagBytes)),
      decipher.final(),
    ]).toString()
  } catch (cause) {
    throw notOurs(cause)
  }
}

function notOurs(cause?: unknown): Refusal {
  return new Refusal('UNAUTHENTICATED', 'This door is for the nodes of this house.', { cause })
}
