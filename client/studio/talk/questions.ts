import { signal } from '@preact/signals'
import type { Room, TalkLine } from '../../api/room.ts'

export type Question = Extract<TalkLine, { kind: 'message' }>

/** Question marks of the scripts people write in. */
const asks = /[?？؟;՞]\s*$|[?？؟]/
const keptMax = 300

/** Messages that were ticked off on this device; a question is the host's own matter. */
const answered = signal<ReadonlySet<string>>(new Set())
let keptFor = ''

/** What viewers ask and nobody has ticked off yet, oldest first. */
export function questionsOf(showId: string, room: Room): Question[] {
  readKept(showId)
  return room.talk.filter(
    (line): line is Question =>
      line.kind === 'message' && isQuestion(line) && !answered.value.has(line.messageId),
  )
}

export function isQuestion(line: TalkLine): boolean {
  if (line.kind !== 'message') return false
  return line.role !== 'host' && line.role !== 'moderator' && asks.test(line.text)
}

export function isOpen(line: Question): boolean {
  return !answered.value.has(line.messageId)
}

export function tickOff(showId: string, messageId: string): void {
  answered.value = new Set([...answered.value, messageId].slice(-keptMax))
  try {
    sessionStorage.setItem(keyOf(showId), JSON.stringify([...answered.value]))
  } catch {
    // A browser that keeps nothing: the tick lasts as long as the page.
  }
}

function keyOf(showId: string): string {
  return `vitrine.answered.${showId}`
}

function readKept(showId: string): void {
  if (keptFor === showId) return
  keptFor = showId
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(showId)) ?? '[]')
    answered.value = new Set(Array.isArray(kept) ? (kept as string[]) : [])
  } catch {
    answered.value = new Set()
  }
}
