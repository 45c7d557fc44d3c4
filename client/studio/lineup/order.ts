import { type Signal, signal } from '@preact/signals'
import { call } from '../../api/http.ts'
import type { Room, ShownProduct } from '../../api/room.ts'
import { act } from '../act.ts'

/** The order as the hand has it: while dragging, and until the log agrees. */
export type LineupOrder = {
  dragging: Signal<string | null>
  shown: (room: Room) => ShownProduct[]
  /** Puts one product at an index, on this screen only. */
  put: (room: Room, productId: string, index: number) => void
  /** Tells the server. What it refuses goes back to where it was. */
  settle: (room: Room) => Promise<void>
}

export function openOrder(showId: string): LineupOrder {
  const wanted = signal<string[] | null>(null)
  const dragging = signal<string | null>(null)

  function shown(room: Room): ShownProduct[] {
    const ids = wanted.value
    if (ids === null) return room.products
    const place = new Map(ids.map((id, i) => [id, i]))
    const at = ({ id }: ShownProduct) => place.get(id) ?? ids.length
    return room.products.toSorted((a, b) => at(a) - at(b))
  }

  return {
    dragging,
    shown,
    put(room, productId, index) {
      const ids = shown(room).map(({ id }) => id)
      const rest = ids.filter((id) => id !== productId)
      wanted.value = rest.toSpliced(Math.max(0, Math.min(index, rest.length)), 0, productId)
    },
    async settle(room) {
      const lineup = shown(room).map(({ id }) => id)
      if (lineup.every((id, i) => id === room.products[i]?.id)) {
        wanted.value = null
        return
      }
      await act(() => call('PATCH', '/shows/:id', { params: { id: showId }, body: { lineup } }))
      wanted.value = null
    },
  }
}
