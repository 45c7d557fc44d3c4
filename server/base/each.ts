/** One after the other: one that fails keeps no other waiting, and is what this throws in the end. */
export async function forEach<T>(
  things: Iterable<T>,
  act: (thing: T) => Promise<unknown>,
): Promise<void> {
  const failed: unknown[] = []
  for (const thing of things) await act(thing).catch((error: unknown) => failed.push(error))
  if (failed.length > 0) throw failed[0]
}
