import type { Room, TalkLine } from '../../api/room.ts'
import { Ticks } from '../../ui/ticks.ts'

export type Question = Extract<TalkLine, { kind: 'message' }>

/** Question marks of the scripts people write in. */
const asks = /[?？؟;՞]\s*$|[?？؟]/

/** Messages that were ticked off in this window; a question is the host's own matter. */
const answered = new Ticks('answered')

/** What viewers ask and nobody has ticked off yet, oldest first. */
export function questionsOf(showId: string, room: Room): Question[] {
  return room.talk.filter((line): line is Question => isQuestion(line) && isOpen(showId, line))
}

export function isQuestion(line: TalkLine): line is Question {
  if (line.kind !== 'message') return false
  return line.role !== 'host' && line.role !== 'moderator' && asks.test(line.text)
}

export function isOpen(showId: string, { messageId }: Question): boolean {
  return !answered.of(showId).has(messageId)
}

export function tickOff(showId: string, messageId: string): void {
  answered.add(showId, messageId)
}
