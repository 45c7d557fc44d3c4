import { setTimeout as pause } from 'node:timers/promises'

const pollMs = 50

/**
 * Waits for a condition; answers after how many milliseconds it was so. What it throws meanwhile
 * counts as not yet, and is the reason of the failure at the end.
 */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  limitMs: number,
): Promise<number> {
  const from = performance.now()
  let last: unknown = 'it was not so'
  for (;;) {
    try {
      if (await isSo()) return performance.now() - from
      last = 'it was not so'
    } catch (error) {
      last = error
    }
    if (performance.now() - from > limitMs) {
      throw new Error(`not within ${limitMs} ms: ${what} (${String(last)})`, { cause: last })
    }
    await pause(pollMs)
  }
}

/** Lets a fault last for so long, while something is done again and again. */
export async function lasts(ms: number, meanwhile: () => unknown = () => undefined): Promise<void> {
  const end = performance.now() + ms
  do {
    await meanwhile()
    await pause(Math.min(pollMs, Math.max(0, end - performance.now())))
  } while (performance.now() < end)
}
