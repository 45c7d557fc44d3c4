import type { Mail } from './mail.ts'

export const mailsAreDue = 'exists (select from mails where due_at <= now())'

/** When one is due, and whenever a letter was written: safe on several nodes at once. */
export async function sendDueMails(mail: Pick<Mail, 'sendDue'>): Promise<void> {
  await mail.sendDue()
}
