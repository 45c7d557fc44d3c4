import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { type Fresh, keepFresh } from '../api/fresh.ts'
import { call } from '../api/http.ts'
import type { ChatMessage } from '../api/room.ts'
import { openShow, type ShowStore } from '../api/show.ts'
import { openStaff, type Staff } from '../studio/shows/staff.ts'
import { openTalk, type Talk } from '../watch/talk.ts'
import { type Acts, openActs } from './acts.ts'
import { type Hand, openHand } from './hand.ts'
import type { HeldMessage, Report, Word } from './wire.ts'

export type Who = { accountId: string; displayName: string }

/** Everything on a moderator's desk. */
export type Desk = {
  showId: string
  store: ShowStore
  talk: Talk
  acts: Acts
  staff: Fresh<Staff>
  held: Fresh<HeldMessage>
  reports: Fresh<Report>
  words: Fresh<Word>
  /** Messages as they were said: a removed one is still told to staff who saw it. */
  said: ReadonlySignal<ChatMessage[]>
  hand: Hand
  /** Whose card lies open. */
  person: Signal<Who | null>
  muteMs: Signal<number>
  /** A reason of the list, or words of one's own. */
  reason: Signal<string>
  pullReason: Signal<string>
  close: () => void
}

/** As many as are read back; the rest is in the log. */
const saidMax = 500
const pageSize = 100

export function openDesk(showId: string, reasons: { first: string; pull: string }): Desk {
  const store = openShow(showId)
  const said = signal<ChatMessage[]>([])
  const stopHearing = effect(() => {
    const talk = store.room.value?.talk ?? []
    const last = said.peek().at(-1)?.seq ?? -1
    const fresh = talk.filter((line) => line.kind === 'message' && line.seq > last)
    if (fresh.length > 0) said.value = [...said.peek(), ...(fresh as ChatMessage[])].slice(-saidMax)
  })
  const lists = openLists(showId)
  const hand = openHand(said)
  return {
    showId,
    store,
    talk: openTalk(store),
    ...lists,
    said: computed(() => said.value),
    hand,
    person: signal(null),
    muteMs: signal(600_000),
    reason: signal(reasons.first),
    pullReason: signal(reasons.pull),
    close() {
      stopHearing()
      for (const list of Object.values(lists)) list.close()
      store.close()
    },
  }
}

function openLists(showId: string) {
  const params = { id: showId }
  const query = { limit: pageSize }
  return {
    acts: openActs(showId),
    staff: openStaff(showId),
    held: keepFresh({
      showId,
      types: ['chat.held', 'chat.approved', 'chat.refused'],
      ask: async () => (await call('GET', '/shows/:id/held', { params, query })).items,
    }),
    reports: keepFresh({
      showId,
      types: ['report.sent'],
      ask: async () => (await call('GET', '/shows/:id/reports', { params, query })).items,
    }),
    words: keepFresh({
      showId,
      types: ['words.changed'],
      ask: async () => (await call('GET', '/shows/:id/words', { params })).items,
    }),
  }
}
