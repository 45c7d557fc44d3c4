import { effect, type Signal, signal } from '@preact/signals'
import type { Fresh } from '../api/fresh.ts'
import { openShow, type ShowStore } from '../api/show.ts'
import { type Acts, openActs } from '../moderate/acts.ts'
import { openTalk, type Talk } from '../watch/talk.ts'
import { type Air, openAir } from './air/air.ts'
import { type Counts, openCounts } from './air/counts.ts'
import { openTakings, type Takings } from './air/takings.ts'
import { openStock, type Stock } from './lineup/stock.ts'
import type { Staff } from './shows/staff.ts'
import { openStaff } from './shows/staff.ts'
import type { SourceKind } from './source/devices.ts'
import { openSource, type Source } from './source/source.ts'

export type OpenSheet = 'share' | 'moderators' | 'add' | 'code' | 'poll' | 'end' | 'keys' | 'source'

/** Everything on the host's desk while a show is prepared and on the air. */
export type Desk = {
  showId: string
  store: ShowStore
  source: Source
  air: Air
  talk: Talk
  acts: Acts
  staff: Fresh<Staff>
  stock: Stock
  takings: Takings
  counts: Counts
  sheet: Signal<OpenSheet | null>
  /** The product whose flash sale is being written. */
  saleOf: Signal<string | null>
  /** The product whose auction is being written. */
  auctionOf: Signal<string | null>
  /** The product of which one is to be given away. */
  giveawayOf: Signal<string | null>
  /** The host stepped away on purpose. */
  away: Signal<boolean>
  goOnAir: () => void
  goOffAir: () => void
  close: () => void
}

/** Kept for this window: a reload goes back on the air by itself, another window does not. */
type Kept = { kind: SourceKind; cameraId: string; microphoneId: string; onAir: boolean }

const nothingKept: Kept = { kind: 'camera', cameraId: '', microphoneId: '', onAir: false }

export function openDesk(showId: string): Desk {
  const store = openShow(showId)
  const kept = readKept(showId)
  const source = openSource(kept)
  const air = openAir(showId, source)
  const away = signal(false)
  const wantsAir = signal(kept.onAir)

  const stopKeeping = effect(() => {
    keep(showId, {
      kind: source.kind.value,
      cameraId: source.cameraId.value,
      microphoneId: source.microphoneId.value,
      onAir: wantsAir.value,
    })
  })
  const stopAir = effect(() => {
    const status = store.room.value?.show.status
    const over = status === 'ended' || status === 'canceled'
    if (over) wantsAir.value = false
    const here = source.kind.value !== 'encoder'
    const live = status === 'live' || status === 'interrupted'
    const wanted = here && wantsAir.value && live
    const ready = source.stream.value !== null && store.you.value?.role === 'host'
    const state = air.state.peek().at
    if (wanted && ready && state === 'off') air.start()
    if ((!here || !wantsAir.value || over) && state !== 'off') air.stop()
  })

  const rest = {
    talk: openTalk(store),
    acts: openActs(showId),
    staff: openStaff(showId),
    stock: openStock(store),
    takings: openTakings(showId),
    counts: openCounts(store),
  }
  return {
    showId,
    store,
    source,
    air,
    ...rest,
    sheet: signal(null),
    saleOf: signal(null),
    auctionOf: signal(null),
    giveawayOf: signal(null),
    away,
    goOnAir() {
      away.value = false
      if (air.state.peek().at === 'over') air.stop()
      if (wantsAir.peek()) air.start()
      wantsAir.value = true
    },
    goOffAir() {
      away.value = true
      wantsAir.value = false
    },
    close() {
      stopKeeping()
      stopAir()
      for (const part of [rest.acts, rest.staff, rest.stock, rest.takings, rest.counts])
        part.close()
      air.close()
      source.close()
      store.close()
    },
  }
}

function keyOf(showId: string): string {
  return `vitrine.studio.${showId}`
}

function readKept(showId: string): Kept {
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(showId)) ?? '{}') as Partial<Kept>
    return { ...nothingKept, ...kept }
  } catch {
    return nothingKept // a browser that keeps nothing: the host chooses again
  }
}

function keep(showId: string, kept: Kept): void {
  try {
    sessionStorage.setItem(keyOf(showId), JSON.stringify(kept))
  } catch {
    // A browser that keeps nothing asks again after a reload.
  }
}
