import type { Mail } from './mail.ts'

/** Every second, and whenever a letter was written: safe on several nodes at once. */
export async function sendDueMails(mail: Pick<Mail, 'sendDue'>): Promise<void> {
  await mail.sendDue()
}
