import type { Chat } from './chat.ts'

/** Once a second on every node: each writes what it has counted itself. */
export function flushReactions(chat: Chat): Promise<void> {
  return chat.flushReactions()
}
