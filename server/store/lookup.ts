/**
 * Collects look-ups of one turn of the loop into one query: a thousand sockets that join at once
 * cost a few queries, not a thousand.
 *
 * `find` answers a map; what is not in it is undefined to the caller.
 */
export function batchedLookup<Key extends string, Value>(
  find: (keys: Key[]) => Promise<Map<Key, Value>>,
  batchMax = 1_000,
): (key: Key) => Promise<Value | undefined> {
  let waiting: Map<Key, PromiseWithResolvers<Value | undefined>> | undefined
  return (key) => {
    if (!waiting || waiting.size >= batchMax) {
      const batch = new Map<Key, PromiseWithResolvers<Value | undefined>>()
      waiting = batch
      setImmediate(() => {
        if (waiting === batch) waiting = undefined
        find([...batch.keys()]).then(
          (found) => {
            for (const [k, entry] of batch) entry.resolve(found.get(k))
          },
          (error) => {
            for (const entry of batch.values()) entry.reject(error)
          },
        )
      })
    }
    const known = waiting.get(key)
    if (known) return known.promise
    const entry = Promise.withResolvers<Value | undefined>()
    waiting.set(key, entry)
    return entry.promise
  }
}
