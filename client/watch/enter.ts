import type { Giveaway } from '../../shared/wire/giveaways.ts'
import { command } from '../api/socket.ts'
import { tellRefused } from '../ui/refusal.ts'
import type { Visit } from './visit.ts'

const nonceBytes = 16

/** What this page brought to each draw: whoever checks one wants to find it in the list. */
const brought = new Map<string, string>()

export const nonceOf = (giveawayId: string) => brought.get(giveawayId)

/** Is in, or is told why not. The nonce is this browser's part in the draw. */
export async function enterGiveaway(visit: Visit, giveaway: Giveaway): Promise<void> {
  if (!visit.mayEnter(giveaway)) return
  const { giveawayId } = giveaway
  const nonce = brought.get(giveawayId) ?? newNonce()
  brought.set(giveawayId, nonce)
  try {
    const { showId } = visit
    visit.store.keepEntry(await command('giveaway:enter', { showId, giveawayId, nonce }))
  } catch (thrown) {
    tellRefused(thrown)
  }
}

function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(nonceBytes))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
