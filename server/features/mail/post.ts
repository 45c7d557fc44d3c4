import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Letter } from './letters.ts'

/** How long a mail server may take to greet and to answer. */
const connectMs = 10_000
const silentMs = 20_000

export type Envelope = { id: string; to: string; from: string; letter: Letter }

/**
 * Carries one letter away; throws when it could not, also because it was called back. A letter that comes twice
 * has one Message-ID.
 */
export type Post = (envelope: Envelope, callBack: AbortSignal) => Promise<void>

/** Loaded by the first letter: it is 3 MB. */
const openNodemailer = () => import('nodemailer')

/** By SMTP, a connection for each letter. */
export function smtpPost(url: string): Post {
  const how = {
    url,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: silentMs,
  }
  return async (envelope, signal) => {
    const { createTransport } = await openNodemailer()
    await createTransport(how).sendMail({ ...message(envelope), signal })
  }
}

/** As files, for a house without a mail server: any mail program opens them. */
export function filePost(folder: string): Post {
  return async (envelope) => {
    const { createTransport } = await openNodemailer()
    const transport = createTransport({ streamTransport: true, buffer: true })
    const { message: bytes } = await transport.sendMail(message(envelope))
    if (!Buffer.isBuffer(bytes)) throw new Error('the letter was not put together')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, `${envelope.id}.eml`)
    // Whoever lists the folder finds whole letters only.
    await writeFile(`${path}.part`, bytes, { mode: 0o600 })
    await rename(`${path}.part`, path)
  }
}

function message({ id, to, from, letter: { end, ...letter } }: Envelope) {
  return {
    messageId: `<${id}@vitrine>`,
    from,
    // As one address, never parsed as a list of them.
    to: { name: '', address: to },
    ...letter,
    headers: {
      'auto-submitted': 'auto-generated',
      // RFC 8058: the mail program's own button ends them, with one press.
      ...(end !== undefined && {
        'list-unsubscribe': `<${end}>`,
        'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
      }),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}
