/** One after the other: one that fails keeps no other waiting. Throws in the end what failed. */
export async function forEach<T>(
  things: Iterable<T>,
  act: (thing: T) => Promise<unknown>,
): Promise<void> {
  const failed: unknown[] = []
  for (const thing of things) await act(thing).catch((error: unknown) => failed.push(error))
  if (failed.length === 0) return
  const [cause] = failed
  if (failed.length === 1) throw cause
  const first = cause instanceof Error ? cause.message : String(cause)
  throw new AggregateError(failed, `${failed.length} failed, the first: ${first}`, { cause })
}
