import { createHmac, timingSafeEqual } from 'node:crypto'
import { sha256 } from '../../../base/ids.ts'

/** Secrets that shop and bank share, made of the house's own: nothing to configure, nothing to leak. */
export function sandboxSecrets(sessionSecret: string): { apiKey: string; webhook: Buffer } {
  const derive = (purpose: string) => createHmac('sha256', sessionSecret).update(purpose).digest()
  return {
    apiKey: derive('vitrine sandbox api key').toString('base64url'),
    webhook: derive('vitrine sandbox webhooks'),
  }
}

export function isApiKey(expected: string, given: unknown): boolean {
  if (typeof given !== 'string') return false
  return timingSafeEqual(sha256(expected), sha256(given))
}
