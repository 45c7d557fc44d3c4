import { asRefused } from '../api/refused.ts'
import { tellRefused } from '../ui/refusal.ts'
import { type Toast, toast } from '../ui/toast.tsx'

/** Undo stays for ten seconds: SCREENS §6. */
export const undoMs = 10_000

/** Does one thing and says so; a refusal is said too. Answers whether it was done. */
export async function act(
  run: () => Promise<unknown>,
  done?: Toast | (() => Toast),
): Promise<boolean> {
  try {
    await run()
    if (done !== undefined) toast(typeof done === 'function' ? done() : done)
    return true
  } catch (thrown) {
    tellNo(thrown)
    return false
  }
}

/** Codes where the server's own sentence says more than ours could. */
const saysMore = new Set(['CONFLICT', 'GONE', 'VALIDATION'])

export function tellNo(thrown: unknown): void {
  const refused = asRefused(thrown)
  if (!saysMore.has(refused.code)) return tellRefused(refused)
  const detail = refused.errors[0]?.detail ?? refused.message
  toast({ text: detail, tone: 'no', icon: 'alert' })
}
