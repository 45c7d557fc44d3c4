import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { turnstile } from '../../base/turnstile.ts'

/** OWASP's least for argon2id: 19 MiB, two passes, one lane; about 33 ms here. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }
/** Hashes at once: each takes a core and 19 MiB, and sign-in must not starve the rest. */
const atOnceMax = 2
/** In line before that: two seconds of hashing. Whoever comes later is told at once, not after the door's deadline. */
const waitingMax = 100

const derive = promisify(argon2)
const inTurn = turnstile(atOnceMax, waitingMax)

/** PHC string of a new hash. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await hash(password, nonce)
  const text = (b: Buffer) => b.toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${text(nonce)}$${text(tag)}`
}

/** Takes as long for an account that does not exist: `stored` is then undefined. */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, , , , nonce, tag] = (stored ?? '').split('$')
  const expected = tag ? Buffer.from(tag, 'base64') : Buffer.alloc(cost.tagLength)
  const given = await hash(password, nonce ? Buffer.from(nonce, 'base64') : randomBytes(16))
  return timingSafeEqual(given, expected) && stored !== undefined
}

function hash(password: string, nonce: Buffer): Promise<Buffer> {
  const message = password.normalize('NFKC')
  return inTurn(() => derive('argon2id', { message, nonce, ...cost }))
}
