import { chatBytesMax } from '../../../shared/limits.ts'
import { findContact } from './links.ts'
import { type OwnWord, ownWords, rudeWords } from './words.ts'

/** Why a message waits for a moderator. */
export type HeldReason = 'link' | 'contact' | 'word' | 'show-word'

export type Verdict =
  | { action: 'say' }
  | { action: 'hold'; reason: HeldReason; marks: string[] }
  | { action: 'refuse'; word: string }

/** Marked words told to staff: enough to see why. */
const marksMax = 10

/** Whether a message of somebody who is not staff may be said at once. */
export function judge(text: string, words: readonly OwnWord[]): Verdict {
  // Longer never gets here; the filters stay quick whoever calls them.
  const said = text.slice(0, chatBytesMax)
  const own = ownWords(said, words)
  const worst = own[0]
  if (worst?.action === 'refuse') return { action: 'refuse', word: worst.text }
  if (worst)
    return held(
      'show-word',
      own.map((word) => word.text),
    )
  const contact = findContact(said)
  if (contact) return held(contact.kind, [contact.mark])
  const rude = rudeWords(said)
  return rude.length > 0 ? held('word', rude) : { action: 'say' }
}

function held(reason: HeldReason, marks: string[]): Verdict {
  return { action: 'hold', reason, marks: marks.slice(0, marksMax) }
}
