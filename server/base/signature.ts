import { createHmac } from 'node:crypto'

/** The signature of a body as Standard Webhooks has it: of what it is called, when it was sent, and its bytes. */
export function signature(secret: Buffer, id: string, seconds: string, body: Buffer): string {
  const hmac = createHmac('sha256', secret).update(`${id}.${seconds}.`).update(body)
  return `v1,${hmac.digest('base64')}`
}

/** The headers that a sender adds to a body. Two secrets while one replaces the other. */
export function signedHeaders(secrets: Buffer[], id: string, body: string, now: Date) {
  const seconds = String(Math.floor(now.getTime() / 1_000))
  const bytes = Buffer.from(body)
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': secrets.map((secret) => signature(secret, id, seconds, bytes)).join(' '),
  }
}
