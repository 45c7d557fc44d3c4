import { effect, type Signal, signal } from '@preact/signals'
import { call } from './http.ts'
import { me, signedIn } from './session.ts'

type Kept = {
  /** Null while nobody is signed in, or nothing is known yet. */
  ids: Signal<ReadonlySet<string> | null>
  /** Asks for them as soon as somebody is signed in, and anew for somebody else. */
  watch: () => void
  set: (id: string, on: boolean) => Promise<void>
}

type Way = { load: () => Promise<string[]>; change: (id: string, on: boolean) => Promise<void> }

/** What somebody has asked the house to tell them of: ids that it keeps for them. */
function kept({ load, change }: Way): Kept {
  const ids = signal<ReadonlySet<string> | null>(null)
  let watching = false
  let of: string | undefined

  async function read(who: string): Promise<void> {
    const found = await load().catch((): string[] => [])
    // What is not known looks unset; asking once more for what is set changes nothing.
    if (of === who) ids.value = new Set([...found, ...(ids.value ?? [])])
  }

  return {
    ids,
    watch() {
      if (watching) return
      watching = true
      effect(() => {
        const id = signedIn.value ? me.value?.account.id : undefined
        if (id === of) return
        of = id
        ids.value = null
        if (id !== undefined) void read(id)
      })
    },
    async set(id, on) {
      await change(id, on)
      const known = new Set(ids.value)
      if (on) known.add(id)
      else known.delete(id)
      ids.value = known
    },
  }
}

/** The planned shows that I am reminded of: a letter when one begins. */
export const reminders = kept({
  load: async () => (await call('GET', '/me/reminders')).items,
  async change(id, on) {
    const params = { id }
    if (on) await call('PUT', '/shows/:id/reminder', { params })
    else await call('DELETE', '/shows/:id/reminder', { params })
  },
})

/** The hosts that I follow: a letter when one begins a show. */
export const followed = kept({
  async load() {
    const ids: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const query = { limit: 100, ...(cursor && { cursor }) }
      const page = await call('GET', '/me/following', { query })
      ids.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }
    return ids
  },
  async change(id, on) {
    const params = { id }
    if (on) await call('PUT', '/accounts/:id/follow', { params })
    else await call('DELETE', '/accounts/:id/follow', { params })
  },
})
