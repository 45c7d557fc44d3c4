import { isCode, Refusal, unavailable } from '../base/refusal.ts'
import type { Answer } from './door.ts'
import type { Seal } from './seal.ts'

/** A node that is well answers in milliseconds; one that does not is treated as away. */
const askMs = 2_000

/** Asks another node, at its private door. Its refusals come through; whatever else is UNAVAILABLE. */
export function createPost(seal: Seal) {
  return async function ask<T>(
    address: string,
    word: string,
    what: unknown,
    withinMs = askMs,
  ): Promise<T> {
    const { at, iv, body } = seal.seal(`ask ${address} ${word}`, what)
    const answer = await sent(`http://${address}/${word}`, { at, iv, body }, withinMs)
      .then((letter) => seal.open(`answer ${iv}`, letter) as Answer)
      .catch((cause: unknown) => {
        throw unavailable(undefined, cause)
      })
    if (answer.ok) return answer.value as T
    const { code, message, retryAfterMs } = answer
    const more = retryAfterMs === undefined ? {} : { retryAfterMs }
    throw new Refusal(isCode(code) ? code : 'INTERNAL', message, more)
  }
}

async function sent(
  url: string,
  letter: { at: string; iv: string; body: Buffer },
  withinMs: number,
) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'x-vitrine-at': letter.at, 'x-vitrine-iv': letter.iv },
    body: new Uint8Array(letter.body),
    signal: AbortSignal.timeout(withinMs),
  })
  const body = Buffer.from(await response.arrayBuffer())
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return {
    at: response.headers.get('x-vitrine-at') ?? '',
    iv: response.headers.get('x-vitrine-iv') ?? '',
    body,
  }
}
