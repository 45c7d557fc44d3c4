import { asRefused } from '../api/refused.ts'
import { tellRefused } from '../ui/refusal.ts'
import { toast } from '../ui/toast.tsx'

/** The server's own sentence says which of the two was quicker, and what is left to do. */
export function tellReturn(thrown: unknown): void {
  const { code, message } = asRefused(thrown)
  if (code === 'CONFLICT') toast({ text: message, tone: 'no', icon: 'alert' })
  else tellRefused(thrown)
}
