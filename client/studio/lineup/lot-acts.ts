import { call } from '../../api/http.ts'
import type { Room, ShownProduct } from '../../api/room.ts'
import { command } from '../../api/socket.ts'
import { act, undoMs } from '../act.ts'
import { t } from '../words.ts'

/** Pins a product, or takes it down when it is the pinned one. */
export async function pinOrNot(showId: string, room: Room, productId: string): Promise<void> {
  const name = room.pinned === productId ? 'product:unpin' : 'product:pin'
  await act(() => command(name, { showId, productId }))
}

export async function restore(showId: string, product: ShownProduct): Promise<void> {
  const done = { text: t('restored', { title: product.title }), tone: 'ok' as const }
  await act(() => command('product:restore', { showId, productId: product.id }), done)
}

/** Acts at once, and can be taken back for ten seconds: SCREENS §7.5. */
export async function pull(showId: string, product: ShownProduct, reason: string): Promise<void> {
  await act(() => command('product:pull', { showId, productId: product.id, reason }), {
    text: t('pulled', { title: product.title }),
    icon: 'pull',
    tone: 'no',
    stayMs: undoMs,
    action: { label: t('undo'), run: () => void restore(showId, product) },
  })
}

export async function takeOut(showId: string, room: Room, product: ShownProduct): Promise<void> {
  const before = room.products.map(({ id }) => id)
  const set = (lineup: string[]) =>
    call('PATCH', '/shows/:id', { params: { id: showId }, body: { lineup } })
  await act(() => set(before.filter((id) => id !== product.id)), {
    text: t('out.done', { title: product.title }),
    tone: 'plain',
    stayMs: undoMs,
    action: { label: t('undo'), run: () => void act(() => set(before)) },
  })
}
