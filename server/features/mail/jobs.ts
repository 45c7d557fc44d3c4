import type { Sql } from '../../store/postgres.ts'
import type { Mail } from './mail.ts'
import { forgetMails } from './store.ts'

export const mailsAreDue = 'exists (select from mails where due_at <= now())'

/** When one is due, and whenever a letter was written: safe on several nodes at once. */
export async function sendDueMails(mail: Pick<Mail, 'sendDue'>): Promise<void> {
  await mail.sendDue()
}

/** Takes away letters that were sent or given up, a month later. */
export function forgetOldMails({ sql }: { sql: Sql }): Promise<void> {
  return forgetMails(sql)
}
