import { signal } from '@preact/signals'
import type { ReplyOf } from '../../api/contract.ts'
import { call } from '../../api/http.ts'
import { asRefused, type Refused } from '../../api/refused.ts'

type Answer = ReplyOf<'GET', '/admin/verify'>
export type Report = NonNullable<Answer['report']>

/** The recount that was asked for here: of the whole house, which takes its time. */
export type Recount = { asked: number | null; report: Report | null; refused: Refused | null }

export const recount = signal<Recount>({ asked: null, report: null, refused: null })

/** Another process recounts: its end is waited for. */
const againMs = 2_000

/** Asks until there is a report, or `isWanted` no more. */
export async function recountHouse(isWanted: () => boolean): Promise<void> {
  recount.value = { ...recount.value, asked: 0, refused: null }
  while (isWanted()) {
    const wait = await ask()
    if (wait === null) return
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
  recount.value = { ...recount.value, asked: null }
}

/** One question; answers how long until the next, or null when there is an end. */
async function ask(): Promise<number | null> {
  try {
    const { running, report } = await call('GET', '/admin/verify')
    recount.value = { asked: running?.asked ?? null, report, refused: null }
    return running?.retryAfterMs ?? null
  } catch (thrown) {
    const refused = asRefused(thrown)
    if (refused.code === 'CONFLICT') return refused.retryAfterMs ?? againMs
    recount.value = { ...recount.value, asked: null, refused }
    return null
  }
}
