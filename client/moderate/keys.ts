import type { ChatMessage } from '../api/room.ts'
import { approve, ban, mute, pinMessage, refuse, remove } from './deeds.ts'
import type { Desk } from './desk.ts'
import { mayBeJudged } from './judge.ts'

/** One key, one act. Answers whether it was ours. */
export function press(desk: Desk, key: string): boolean {
  if (key === 'ArrowUp') return move(desk, -1)
  if (key === 'ArrowDown') return move(desk, 1)
  if (key === 'Escape') return letGo(desk)
  const lower = key.toLowerCase()
  const first = desk.held.items.value?.[0]
  if (lower === 'a' && first !== undefined) return did(approve(desk, first))
  if (lower === 'r' && first !== undefined) return did(refuse(desk, first))
  const message = inHand(desk)
  if (message === undefined) return false
  if (lower === 'p') return did(pinMessage(desk, message.messageId))
  if (!mayBeJudged(desk, message)) return false
  if (lower === 'd') return did(remove(desk, message))
  if (lower === 'm') return did(mute(desk, message))
  if (lower === 'b') return did(ban(desk, message))
  return false
}

function did(work: Promise<unknown>): true {
  void work // it tells its own refusal
  return true
}

function move(desk: Desk, by: number): boolean {
  const message = desk.hand.move(by)
  if (message === undefined) return false
  desk.person.value = message
  requestAnimationFrame(() => {
    document.getElementById(`m${message.messageId}`)?.focus()
  })
  return true
}

function letGo(desk: Desk): boolean {
  if (!desk.hand.stopped.value) return false
  desk.hand.letGo()
  return true
}

function inHand(desk: Desk): ChatMessage | undefined {
  const id = desk.hand.messageId.value
  return id === null ? undefined : desk.said.value.find(({ messageId }) => messageId === id)
}
