import { createTransport } from 'nodemailer'
import { type Finding, looked, ok, warn } from './finding.ts'

const connectMs = 5_000

/** The mail server greets and takes our name and password; no letter is sent. */
export function checkMail(url: string | undefined, production: boolean): Promise<Finding[]> {
  if (url === undefined) {
    const says = 'letters are files under DATA_DIR/mail'
    const advice = 'Set SMTP_URL: buyers get no confirmation, nobody can renew a password.'
    return Promise.resolve([production ? warn('mail', says, advice) : ok('mail', says)])
  }
  const advice =
    'Correct SMTP_URL (smtps://user:password@host:465, or smtp://…:587), and see that the port is open.'
  return looked('mail', advice, async () => {
    const limits = {
      connectionTimeout: connectMs,
      greetingTimeout: connectMs,
      socketTimeout: connectMs,
    }
    const transport = createTransport({ url, ...limits })
    try {
      await transport.verify()
      return [ok('mail', `${new URL(url).host} takes letters`)]
    } finally {
      transport.close()
    }
  })
}
