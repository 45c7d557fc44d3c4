import { computed, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Merchant } from '../../shared/wire/catalog.ts'
import type { Show } from '../../shared/wire/shows.ts'
import { call } from '../api/http.ts'
import { me } from '../api/session.ts'
import { on } from '../api/socket.ts'
import { useEvery } from '../ui/use.ts'

/** What every page of the desk shows at its edge, asked once and kept from page to page. */
export const shop = signal<Merchant | null>(null)
export const shows = signal<Show[] | null>(null)
/** `more` when there are more than were counted. */
export type Count = { n: number; more: boolean }
/** Paid orders that wait for a parcel. */
export const toPack = signal<Count | null>(null)

/** Returns that wait for the shop's answer. */
export const toAnswer = signal<Count | null>(null)

export const liveShow = computed(
  () => shows.value?.find(({ status }) => status === 'live' || status === 'interrupted') ?? null,
)

const countMax = 100
const refreshMs = 30_000
const settleMs = 800
let owner: string | null = null

/** Keeps the edge of the desk true while a page is open. */
export function useDesk(): void {
  useEffect(() => {
    const id = me.value?.account.id ?? null
    if (id !== owner) forget(id)
    refresh()
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = on('order:changed', () => {
      clearTimeout(timer)
      timer = setTimeout(count, settleMs)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [])
  useEvery(refreshMs, refresh)
}

function refresh(): void {
  count()
  void refreshShows().catch(() => undefined)
  if (shop.value === null) {
    call('GET', '/merchant').then(
      (answer) => (shop.value = answer),
      // The name at the edge stays the house's; the settings page itself says what failed.
      () => undefined,
    )
  }
}

function forget(id: string | null): void {
  owner = id
  shop.value = null
  shows.value = null
  toPack.value = null
  toAnswer.value = null
}

function count(): void {
  void countToPack()
  void countToAnswer()
}

async function countToPack(): Promise<void> {
  try {
    const query = { status: 'paid' as const, limit: countMax }
    const { items, nextCursor } = await call('GET', '/merchant/orders', { query })
    toPack.value = { n: items.length, more: nextCursor !== null }
  } catch {
    // A count beside a word: without an answer the last one stands.
  }
}

async function countToAnswer(): Promise<void> {
  try {
    const query = { waiting: true, limit: countMax }
    const { items, nextCursor } = await call('GET', '/merchant/returns', { query })
    toAnswer.value = { n: items.length, more: nextCursor !== null }
  } catch {
    // As above.
  }
}

/** The shows I host; those I only moderate are somebody else's. */
export async function refreshShows(): Promise<void> {
  const { items } = await call('GET', '/shows', { query: { mine: true, limit: 100 } })
  shows.value = items.filter((show) => show.host.id === me.value?.account.id)
}

/** The minute of its show in which something happened; null when the show is not known. */
export function minuteOf(showId: string, instant: string): number | null {
  const startedAt = shows.value?.find((show) => show.id === showId)?.startedAt
  if (startedAt == null) return null
  const minute = Math.floor((Date.parse(instant) - Date.parse(startedAt)) / 60_000) + 1
  return minute > 0 ? minute : null
}

export function inLiveShow(productId: string): boolean {
  return liveShow.value?.lineup.some((product) => product.id === productId) ?? false
}
