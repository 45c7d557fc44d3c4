import { effect, signal } from '@preact/signals'
import { call } from './http.ts'
import { me, signedIn } from './session.ts'

/** The planned shows that I am reminded of; null while nobody is signed in, or nothing is known yet. */
export const reminders = signal<ReadonlySet<string> | null>(null)

let watching = false

/** Asks for them as soon as somebody is signed in, and anew for somebody else. */
export function watchReminders(): void {
  if (watching) return
  watching = true
  let of: string | undefined
  effect(() => {
    const id = signedIn.value ? me.value?.account.id : undefined
    if (id === of) return
    of = id
    reminders.value = null
    if (id !== undefined) void load(() => of === id)
  })
}

async function load(isCurrent: () => boolean): Promise<void> {
  try {
    const { items } = await call('GET', '/me/reminders')
    if (isCurrent()) reminders.value = new Set([...items, ...(reminders.value ?? [])])
  } catch {
    // What is not known looks unset; asking once more for what is set changes nothing.
    if (isCurrent()) reminders.value ??= new Set()
  }
}

/** A letter when it begins, or none. */
export async function setReminder(showId: string, on: boolean): Promise<void> {
  const params = { id: showId }
  if (on) await call('PUT', '/shows/:id/reminder', { params })
  else await call('DELETE', '/shows/:id/reminder', { params })
  const known = new Set(reminders.value)
  if (on) known.add(showId)
  else known.delete(showId)
  reminders.value = known
}
