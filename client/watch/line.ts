import { newKey } from '../api/http.ts'
import { findVariant, type Offer, variantName } from '../api/offers.ts'
import { asRefused } from '../api/refused.ts'
import type { Room } from '../api/room.ts'
import type { ChangedPlace, Place } from '../api/show.ts'
import { command } from '../api/socket.ts'
import { sentence, tellRefused } from '../ui/refusal.ts'
import { at } from '../ui/time.ts'
import { toast } from '../ui/toast.tsx'
import { t } from '../ui/words.ts'
import { l } from '../ui/words-line.ts'
import type { Visit } from './visit.ts'

/** Whose turn it is may have looked away: the hold lasts minutes. */
const servedToldMs = 60_000

/** The key of an intention lives until there is an answer: a repeat has one result. */
const keys = new Map<string, string>()

/** Whether one can wait for it: the show is on, and nothing of it is left. */
export function hasLine({ show: { status } }: Room, { phase, left }: Offer): boolean {
  return (status === 'live' || status === 'interrupted') && phase === 'sold-out' && left === 0
}

/** My place in the line for it. */
export function placeIn({ store }: Visit, variantId: string): Place | undefined {
  return store.you.value?.places.find((place) => place.variantId === variantId)
}

/** How many are before a place, at most: some of the numbers between may be gone. */
export function aheadOf({ stock }: Room, { variantId, number }: Place): number | null {
  const line = stock[variantId]?.line
  if (line === undefined) return null
  return Math.max(0, Math.min(number - line.next, line.waiting - 1))
}

/** Takes a place. Who is not signed in is led to it; what came of it is told here, or stands where the button was. */
export async function getInLine(visit: Visit, variantId: string): Promise<void> {
  if (!visit.mayBuyHere({ variantId })) return
  const { showId, store } = visit
  const key = keys.get(variantId) ?? newKey()
  keys.set(variantId, key)
  try {
    store.keepPlace(await command('line:join', { showId, variantId, key }))
    keys.delete(variantId)
  } catch (thrown) {
    const refused = asRefused(thrown)
    if (refused.code !== 'OFFLINE') keys.delete(variantId)
    const buy = { label: t('buy.now'), run: () => void visit.hold(variantId, 1, 'bag') }
    if (refused.code === 'CONFLICT') toast({ text: l('no.there'), tone: 'ok', action: buy })
    else toast({ text: wordsFor(refused), tone: 'no', icon: 'alert' })
  }
}

function wordsFor(refused: ReturnType<typeof asRefused>): string {
  if (refused.code === 'SOLD_OUT') return l('no.full')
  // Without a wait it is a bound that was reached, not a speed.
  const isBound = refused.code === 'RATE_LIMITED' && refused.retryAfterMs === undefined
  return isBound ? l('no.many') : sentence(refused)
}

export async function leaveLine({ showId, store }: Visit, place: Place): Promise<void> {
  try {
    await command('line:leave', { showId, variantId: place.variantId })
    store.keepPlace({ ...place, state: 'left' })
  } catch (thrown) {
    tellRefused(thrown)
  }
}

/** A place ended: it is held for me, or why it will not be. */
export function tellPlace(room: Room | null, place: ChangedPlace, openBag: () => void): void {
  const found = room === null ? null : findVariant(room, place.variantId)
  const title = found === null ? t('this.product') : variantName(found.product, found.variant)
  if (place.hold !== undefined) {
    toast({
      text: l('served', { title, time: at(place.hold.expiresAt) }),
      tone: 'ok',
      icon: 'check',
      stayMs: servedToldMs,
      action: { label: t('pay.now'), run: openBag },
    })
  } else if (place.state === 'over' || place.state === 'limit') {
    toast({ text: l(place.state, { title }), tone: 'plain', icon: 'info' })
  }
}
