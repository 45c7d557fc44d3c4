import { type Signal, signal } from '@preact/signals'
import { serverNow } from '../api/clock.ts'
import { newKey } from '../api/http.ts'
import { asRefused, type Refused } from '../api/refused.ts'
import type { ShowStore } from '../api/show.ts'
import { command } from '../api/socket.ts'
import { sentence } from '../ui/refusal.ts'
import { toast } from '../ui/toast.tsx'
import { tellMuted } from './tell.ts'

/** A message of mine that the log does not have yet, or that a moderator has to see first. */
export type OwnLine = {
  key: string
  text: string
  state: 'sending' | 'sent' | 'held'
  messageId: string | null
}

export type Talk = {
  own: Signal<OwnLine[]>
  /** When the next message may go, server epoch ms. */
  waitUntil: Signal<number | null>
  /** Throws when refused: the text stays in the field. */
  send: (text: string) => Promise<void>
}

/** Messages on their way are few; somebody who floods sees the newest. */
const ownMax = 10

export function openTalk(store: ShowStore): Talk {
  const own = signal<OwnLine[]>([])
  const waitUntil = signal<number | null>(null)
  /** A message without an answer keeps its key: sent again, it stands once. */
  let unanswered: { text: string; key: string } | null = null

  async function send(text: string): Promise<void> {
    const key = unanswered?.text === text ? unanswered.key : newKey()
    unanswered = { text, key }
    const line: OwnLine = { key, text, state: 'sending', messageId: null }
    own.value = [...own.value.filter((one) => one.key !== key), line].slice(-ownMax)
    try {
      const answer = await command('chat:send', { showId: store.showId, text, key })
      unanswered = null
      settle(
        key,
        'held' in answer ? { state: 'held' } : { state: 'sent', messageId: answer.messageId },
      )
      slowDown()
    } catch (thrown) {
      own.value = own.value.filter((one) => one.key !== key)
      const refused = asRefused(thrown)
      if (refused.code !== 'OFFLINE') unanswered = null
      tellRefusal(refused)
      throw refused
    }
  }

  function settle(key: string, change: Partial<OwnLine>): void {
    own.value = own.value.map((one) => (one.key === key ? { ...one, ...change } : one))
  }

  function slowDown(): void {
    const seconds = store.room.value?.show.slowSeconds ?? 0
    const role = store.you.value?.role
    if (seconds > 0 && role === 'viewer') waitUntil.value = serverNow() + seconds * 1000
  }

  function tellRefusal(refused: Refused): void {
    if (refused.code === 'RATE_LIMITED') {
      waitUntil.value = serverNow() + (refused.retryAfterMs ?? 1000)
      return
    }
    if (refused.code === 'MUTED') {
      const until = serverNow() + (refused.retryAfterMs ?? 60_000)
      const mute = { mutedUntil: new Date(until).toISOString(), reason: refused.reason }
      store.keepMute(mute)
      return tellMuted(mute)
    }
    toast({ text: sentence(refused), tone: 'no', icon: 'alert' })
  }

  return { own, waitUntil, send }
}
