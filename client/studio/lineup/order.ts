import { type Signal, signal } from '@preact/signals'
import { call } from '../../api/http.ts'
import type { Room, ShownProduct } from '../../api/room.ts'
import { act } from '../act.ts'

/** The order as the hand has it: while dragging, and until the server has answered. */
export type LineupOrder = {
  dragging: Signal<string | null>
  shown: (room: Room) => ShownProduct[]
  /** Puts one product at an index, on this screen only. */
  put: (room: Room, productId: string, index: number) => void
  /** Tells the server. What it refuses goes back to where it was. */
  settle: () => Promise<void>
  /** Lets go of what was not told yet. */
  drop: () => void
}

/** `roomNow` is the show as the log has it by then: others change it too. */
export function openOrder(showId: string, roomNow: () => Room | null): LineupOrder {
  const wanted = signal<string[] | null>(null)
  const dragging = signal<string | null>(null)
  /** What the server was told last, as long as the log may not have it yet. */
  let told: string[] | null = null
  /** What it is being told now. */
  let sent: string[] | null = null

  function shown(room: Room): ShownProduct[] {
    const ids = wanted.value
    if (ids === null) return room.products
    const place = new Map(ids.map((id, i) => [id, i]))
    const at = ({ id }: ShownProduct) => place.get(id) ?? ids.length
    return room.products.toSorted((a, b) => at(a) - at(b))
  }

  /** The order to tell; null when the server has it. */
  function news(): string[] | null {
    const room = roomNow()
    if (room === null || wanted.peek() === null || dragging.peek() !== null) return null
    const lineup = shown(room).map(({ id }) => id)
    if (told !== null && isSame(told, lineup)) return null
    const stands = room.products.map(({ id }) => id)
    const isOnItsWay = told !== null && !isSame(told, stands)
    return isOnItsWay || !isSame(lineup, stands) ? lineup : null
  }

  return {
    dragging,
    shown,
    put(room, productId, index) {
      const ids = shown(room).map(({ id }) => id)
      const rest = ids.filter((id) => id !== productId)
      wanted.value = rest.toSpliced(Math.max(0, Math.min(index, rest.length)), 0, productId)
    },
    /** One after the other: the last order that the hand made is the last that is told. */
    async settle() {
      if (sent !== null) return
      for (let lineup = news(); lineup !== null; lineup = news()) {
        sent = lineup
        const body = { lineup }
        if (!(await act(() => call('PATCH', '/shows/:id', { params: { id: showId }, body })))) break
        told = lineup
      }
      sent = null
      if (dragging.peek() !== null) return
      wanted.value = null
      told = null
    },
    drop() {
      dragging.value = null
      wanted.value = sent
      if (sent === null) told = null
    },
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i])
}
