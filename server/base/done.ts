/** The answer to a command that has nothing to tell but that it is done. */
export async function done(work: Promise<unknown>): Promise<Record<string, never>> {
  await work
  return {}
}
