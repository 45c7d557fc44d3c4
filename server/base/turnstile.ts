import { setTimeout as wait } from 'node:timers/promises'
import { networkOf } from './network.ts'
import { unavailable } from './refusal.ts'
import type { Who } from './who.ts'

/** Who is refused may come again after this. */
const comeAgainMs = 2_000

/** Lets `atOnce` through at a time; refuses whoever would be more than `waiting` in the line. */
export function turnstile(atOnce: number, waiting: number) {
  let inside = 0
  const line: (() => void)[] = []
  return async <T>(act: () => Promise<T>): Promise<T> => {
    if (inside >= atOnce) {
      if (line.length >= waiting) throw unavailable(comeAgainMs)
      await new Promise<void>((resolve) => line.push(resolve))
    } else inside += 1
    try {
      return await act()
    } finally {
      const next = line.shift()
      if (next) next()
      else inside -= 1
    }
  }
}

/** Lets one through each `everyMs`, however long it stays; refuses whoever would wait longer than `waitMs`. */
export function paced({ everyMs, waitMs }: { everyMs: number; waitMs: number }) {
  let nextAt = 0
  return async <T>(act: () => Promise<T>): Promise<T> => {
    const now = performance.now()
    const at = Math.max(now, nextAt)
    if (at - now > waitMs) throw unavailable(comeAgainMs)
    nextAt = at + everyMs
    await wait(at - now)
    return act()
  }
}

/** So many at once in all, and of one person; whoever would be one too many is refused. */
export function places({ inAll, ofOne }: { inAll: number; ofOne: number }) {
  const taken = new Map<string, number>()
  let all = 0
  return async <T>(person: string, act: () => Promise<T>): Promise<T> => {
    const own = taken.get(person) ?? 0
    if (all >= inAll || own >= ofOne) throw unavailable(comeAgainMs)
    taken.set(person, own + 1)
    all += 1
    try {
      return await act()
    } finally {
      all -= 1
      const left = (taken.get(person) ?? 1) - 1
      if (left > 0) taken.set(person, left)
      else taken.delete(person)
    }
  }
}

type Places = { inAll: number; ofOne: number; ofNetwork: number }

/** The same for people, and for the network they come from, however many accounts are opened there. */
export function placesOf({ inAll, ofOne, ofNetwork }: Places) {
  const place = places({ inAll, ofOne })
  const placeOfNetwork = places({ inAll, ofOne: ofNetwork })
  return <T>({ accountId, address }: Who, act: () => Promise<T>): Promise<T> =>
    placeOfNetwork(networkOf(address), () => place(accountId, act))
}
