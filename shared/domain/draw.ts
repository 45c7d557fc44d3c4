/** What is published of a draw: server/features/giveaways/README.md says what each is. */
export type DrawRecord = {
  giveawayId: string
  commitment: string
  secret: string
  entriesHash: string
  list: string
}

/** The bits of an HMAC that one round reads: a number has room for them. */
const drawnBytes = 6
const range = 2 ** (8 * drawnBytes)

/** Makes a draw again from its record. Answers the number that it names, or what does not fit. */
export async function drawAgain(
  record: DrawRecord,
): Promise<{ number: number } | { wrong: string }> {
  const secret = bytesOf(record.secret)
  if ((await sha256(secret)) !== record.commitment) {
    return { wrong: 'the secret is not the one that was committed to' }
  }
  if ((await sha256(utf8(record.list))) !== record.entriesHash) {
    return { wrong: 'the list is not the one that was drawn from' }
  }
  const lines = linesOf(record.list)
  if (lines.length === 0) return { wrong: 'nobody was in' }
  const line = lines[await indexOf(secret, record, lines.length)] as string
  return { number: numberOf(line) }
}

/** One of `n`, from 0: 48 bits of an HMAC at a time; those that would favour the first are passed over. */
async function indexOf(
  secret: Uint8Array<ArrayBuffer>,
  { giveawayId, entriesHash }: DrawRecord,
  n: number,
): Promise<number> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', secret, hmac, false, ['sign'])
  for (let round = 0; ; round++) {
    const said = utf8(`${giveawayId}\n${entriesHash}\n${round}`)
    const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, said))
    const drawn = mac.slice(0, drawnBytes).reduce((sum, byte) => sum * 256 + byte, 0)
    if (drawn < range - (range % n)) return drawn % n
  }
}

/** The lines of a list: `number ticket nonce`. */
export const linesOf = (list: string) => list.split('\n').slice(0, -1)

const numberOf = (line: string) => Number(line.split(' ')[0])

const utf8 = (text: string) => new TextEncoder().encode(text)

const bytesOf = (hex: string) =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
