const interruptedCode = 130

/**
 * Runs the work of an entry and answers its exit code. Whatever was opened is closed, also when
 * somebody is tired of waiting, or the launcher that holds our leash is gone.
 */
export async function untilInterrupted(
  work: (open: AsyncDisposableStack, interrupted: AbortSignal) => Promise<number>,
): Promise<number> {
  const interrupted = new AbortController()
  const tired = new Promise<number>((resolve) => {
    interrupted.signal.addEventListener('abort', () => resolve(interruptedCode))
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => interrupted.abort())
  }
  process.once('disconnect', () => interrupted.abort())
  process.channel?.unref()
  await using open = new AsyncDisposableStack()
  const working = work(open, interrupted.signal)
  working.catch(() => {}) // when interrupted, what was torn away under it says nothing
  return await Promise.race([working, tired])
}
