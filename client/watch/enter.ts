import type { Entered, Giveaway } from '../../shared/wire/giveaways.ts'
import { command } from '../api/socket.ts'
import { tellRefused } from '../ui/refusal.ts'
import type { Visit } from './visit.ts'

const nonceBytes = 16

/** The entry of who looks, if they are in. */
export function entryIn({ store }: Visit, { giveawayId }: Giveaway): Entered | undefined {
  const entered = store.you.value?.entered
  return entered?.giveawayId === giveawayId ? entered : undefined
}

/** Is in, or is told why not. The nonce is this browser's part in the draw. */
export async function enterGiveaway(visit: Visit, giveaway: Giveaway): Promise<void> {
  if (!visit.mayEnter(giveaway)) return
  try {
    const { showId } = visit
    const { giveawayId } = giveaway
    const entry = { showId, giveawayId, nonce: newNonce() }
    visit.store.keepEntry(await command('giveaway:enter', entry))
  } catch (thrown) {
    tellRefused(thrown)
  }
}

function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(nonceBytes))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
