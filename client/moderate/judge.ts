import type { ChatMessage } from '../api/room.ts'
import type { Desk } from './desk.ts'

/** Nobody acts against the host, moderators, admins or themselves: WIRE, Who may. Hosts may. */
export function mayBeJudged(desk: Desk, message: Pick<ChatMessage, 'accountId' | 'role'>): boolean {
  const you = desk.store.you.value
  if (you === null || message.accountId === you.accountId) return false
  if (message.role === 'host' || message.role === 'admin') return false
  return message.role !== 'moderator' || you.role === 'host' || you.role === 'admin'
}
