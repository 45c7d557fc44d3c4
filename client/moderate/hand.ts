import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { ChatMessage } from '../api/room.ts'

/** One message in hand, and a list that stands still while it is read. */
export type Hand = {
  messageId: Signal<string | null>
  /** What is shown: up to where it stopped. */
  shown: ReadonlySignal<ChatMessage[]>
  /** How many came since. */
  waiting: ReadonlySignal<number>
  stopped: ReadonlySignal<boolean>
  take: (messageId: string | null) => void
  /** The row before or after; the newest when nothing is in hand. */
  move: (by: number) => ChatMessage | undefined
  /** The pointer or the scroll is in the list, or left it. */
  hold: (why: 'pointer' | 'scroll', on: boolean) => void
  /** Reads on at the newest. */
  letGo: () => void
}

export function openHand(said: ReadonlySignal<ChatMessage[]>): Hand {
  const messageId = signal<string | null>(null)
  const holds = signal<ReadonlySet<string>>(new Set())
  const stopAt = signal<number | null>(null)
  const shown = computed(() => {
    const last = stopAt.value
    return last === null ? said.value : said.value.filter(({ seq }) => seq <= last)
  })

  /** Stops at what is there now, or goes on when nothing holds the list any more. */
  function settle(): void {
    const still = messageId.peek() !== null || holds.peek().size > 0
    if (!still) stopAt.value = null
    else if (stopAt.peek() === null) stopAt.value = said.peek().at(-1)?.seq ?? 0
  }

  function take(id: string | null): void {
    messageId.value = id
    settle()
  }

  return {
    messageId,
    shown,
    waiting: computed(() => said.value.length - shown.value.length),
    stopped: computed(() => stopAt.value !== null),
    take,
    move(by) {
      const all = shown.peek()
      const now = all.findIndex((one) => one.messageId === messageId.peek())
      const next = now < 0 ? all.length - 1 : Math.max(0, Math.min(all.length - 1, now + by))
      const message = all[next]
      if (message !== undefined) take(message.messageId)
      return message
    },
    hold(why, on) {
      if (holds.peek().has(why) === on) return
      const next = new Set(holds.peek())
      if (on) next.add(why)
      else next.delete(why)
      holds.value = next
      settle()
    },
    letGo() {
      holds.value = new Set()
      take(null)
      stopAt.value = null
    },
  }
}
