/** Queries of one kind at a time: what is asked meanwhile goes into the next. */
const inFlightMax = 2

type Batch<Key, Value> = Map<Key, PromiseWithResolvers<Value | undefined>>

/**
 * Collects look-ups into few queries: those of one turn of the loop go together, and while two
 * queries are on their way the next one gathers. A thousand sockets that join at once cost a few
 * queries, not a thousand; one alone waits for nothing.
 *
 * `find` answers a map; what is not in it is undefined to the caller.
 */
export function batchedLookup<Key extends string, Value>(
  find: (keys: Key[]) => Promise<Map<Key, Value>>,
  batchMax = 1_000,
): (key: Key) => Promise<Value | undefined> {
  const waiting: Batch<Key, Value>[] = []
  let inFlight = 0
  let planned = false

  function plan(): void {
    if (planned || inFlight >= inFlightMax || waiting.length === 0) return
    planned = true
    setImmediate(() => {
      planned = false
      const batch = waiting.shift()
      if (batch) void ask(batch)
      plan()
    })
  }

  async function ask(batch: Batch<Key, Value>): Promise<void> {
    inFlight += 1
    try {
      const found = await find([...batch.keys()])
      for (const [key, entry] of batch) entry.resolve(found.get(key))
    } catch (error) {
      for (const entry of batch.values()) entry.reject(error)
    } finally {
      inFlight -= 1
      plan()
    }
  }

  return (key) => {
    let batch = waiting.at(-1)
    if (!batch || batch.size >= batchMax) {
      batch = new Map()
      waiting.push(batch)
      plan()
    }
    const known = batch.get(key)
    if (known) return known.promise
    const entry = Promise.withResolvers<Value | undefined>()
    batch.set(key, entry)
    return entry.promise
  }
}
