import type { Return } from '../../../shared/wire/returns.ts'

/** Each return once, where it stands first, as it was read there. */
export function eachOnce<T extends Pick<Return, 'id'>>(...lists: readonly T[][]): T[] {
  const known = new Map<string, T>()
  for (const one of lists.flat()) if (!known.has(one.id)) known.set(one.id, one)
  return [...known.values()]
}
