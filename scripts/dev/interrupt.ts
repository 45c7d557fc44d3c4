export const interruptedCode = 130

/**
 * Runs the work of an entry and answers its exit code. Whatever was opened is closed, also when
 * somebody is tired of waiting, or the launcher that holds our leash is gone.
 */
export async function untilInterrupted(
  work: (open: AsyncDisposableStack, interrupted: AbortSignal) => Promise<number>,
): Promise<number> {
  const interrupted = interruption()
  const tired = untilAborted(interrupted).then(() => interruptedCode)
  await using open = new AsyncDisposableStack()
  const working = work(open, interrupted)
  working.catch(() => {}) // when interrupted, what was torn away under it says nothing
  return await Promise.race([working, tired])
}

/** From now on nothing ends us: what is asked of us by a signal, or by the end of our launcher, is told here. */
export function interruption(): AbortSignal {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => interrupted.abort())
  }
  process.once('disconnect', () => interrupted.abort())
  process.channel?.unref()
  return interrupted.signal
}

export function untilAborted(signal: AbortSignal): Promise<undefined> {
  if (signal.aborted) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}
