export type Status = 'ok' | 'warn' | 'fail'

/** One thing that was looked at: how it is, and what to do about it where it is not well. */
export type Finding = { check: string; status: Status; says: string; advice?: string }

export const ok = (check: string, says: string): Finding => ({ check, status: 'ok', says })
export const warn = (check: string, says: string, advice: string): Finding => ({
  check,
  status: 'warn',
  says,
  advice,
})
export const fail = (check: string, says: string, advice: string): Finding => ({
  check,
  status: 'fail',
  says,
  advice,
})

/** A check that cannot even look is a finding too; none takes longer than its time. */
export async function looked(
  check: string,
  advice: string,
  look: () => Promise<Finding[]>,
  limitMs = 15_000,
): Promise<Finding[]> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${limitMs / 1_000} s`)), limitMs)
  })
  try {
    return await Promise.race([look(), late])
  } catch (error) {
    return [fail(check, reasonOf(error), advice)]
  } finally {
    clearTimeout(timer)
  }
}

/** The innermost reason: "fetch failed" alone helps nobody. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (error instanceof Error && error.cause !== undefined) return reasonOf(error.cause)
  const { message, code } = error as { message?: string; code?: string }
  return message || code || String(error)
}
