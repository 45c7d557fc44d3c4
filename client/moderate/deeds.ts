import type { ShownProduct } from '../api/room.ts'
import { command } from '../api/socket.ts'
import { act, undoMs } from '../studio/act.ts'
import { span } from '../ui/time.ts'
import { toast } from '../ui/toast.tsx'
import type { Desk, Who } from './desk.ts'
import type { HeldMessage } from './wire.ts'
import { t } from './words.ts'

/** What a moderator does. Each acts at once; what can be taken back offers it for ten seconds. */

export const showMs = 24 * 3_600_000

const undo = (run: () => void) => ({ stayMs: undoMs, action: { label: t('undo'), run } })

/**
 * The reason is read by whom it is about: without one nothing is done, and the moderator is told.
 * It is written on the card, so that opens.
 */
async function because(
  desk: Desk,
  who: Who,
  deed: (reason: string) => Promise<boolean>,
): Promise<boolean> {
  const reason = desk.reason.peek().trim()
  if (reason !== '') return deed(reason)
  desk.person.value = who
  toast({ text: t('reason.need'), tone: 'no', icon: 'edit' })
  return false
}

export function remove(desk: Desk, message: Who & { messageId: string }) {
  const { showId } = desk
  return because(desk, message, (reason) =>
    act(() => command('chat:delete', { showId, messageId: message.messageId, reason }), {
      text: t('done.removed', { name: message.displayName, reason }),
      tone: 'ok',
      icon: 'trash',
    }),
  )
}

export function mute(desk: Desk, who: Who) {
  const { showId } = desk
  const durationMs = desk.muteMs.peek()
  const name = who.displayName
  return because(desk, who, (reason) =>
    act(() => command('viewer:mute', { showId, accountId: who.accountId, durationMs, reason }), {
      text: t('done.muted', { name, span: spanOf(durationMs), reason }),
      icon: 'mute',
      tone: 'no',
      ...undo(() => void unmute(desk, who)),
    }),
  )
}

/** "The show" is told by its name, not as 24 hours. */
export function spanOf(durationMs: number): string {
  return durationMs >= showMs ? t('for.show').toLocaleLowerCase() : span(durationMs)
}

export function unmute(desk: Desk, who: Who) {
  const { showId } = desk
  return act(() => command('viewer:unmute', { showId, accountId: who.accountId }), {
    text: t('done.unmuted', { name: who.displayName }),
    tone: 'ok',
  })
}

export function ban(desk: Desk, who: Who) {
  const { showId } = desk
  return because(desk, who, (reason) =>
    act(() => command('viewer:ban', { showId, accountId: who.accountId, reason }), {
      text: t('done.banned', { name: who.displayName, reason }),
      icon: 'ban',
      tone: 'no',
      ...undo(() => void unban(desk, who)),
    }),
  )
}

export function unban(desk: Desk, who: Who) {
  const { showId } = desk
  return act(() => command('viewer:unban', { showId, accountId: who.accountId }), {
    text: t('done.unbanned', { name: who.displayName }),
    tone: 'ok',
  })
}

/** Pins a message above the chat, or takes it down when it is the pinned one. */
export function pinMessage(desk: Desk, messageId: string | null) {
  const { showId } = desk
  const pinned = desk.store.room.peek()?.pinnedMessage?.messageId
  const next = messageId === pinned ? null : messageId
  const text = t(next === null ? 'done.unpinned' : 'done.pinned')
  const back = () => void pinMessage(desk, next === null ? (pinned ?? null) : null)
  return act(() => command('chat:pin', { showId, messageId: next }), {
    text,
    icon: 'pin',
    tone: 'ok',
    ...undo(back),
  })
}

export function approve(desk: Desk, held: HeldMessage) {
  return decide(desk, held, 'chat:approve', t('done.approved', { name: held.displayName }))
}

export function refuse(desk: Desk, held: HeldMessage) {
  return decide(desk, held, 'chat:refuse', t('done.refused', { name: held.displayName }))
}

/** The message leaves the list at once; the server's list follows. */
async function decide(
  desk: Desk,
  held: HeldMessage,
  name: 'chat:approve' | 'chat:refuse',
  text: string,
): Promise<void> {
  const { messageId } = held
  const before = desk.held.items.peek()
  desk.held.items.value = before?.filter((one) => one.messageId !== messageId) ?? null
  await act(() => command(name, { showId: desk.showId, messageId }), { text, tone: 'ok' })
  desk.held.refresh()
}

export function slow(desk: Desk, seconds: number) {
  const { showId } = desk
  const before = desk.store.room.peek()?.show.slowSeconds ?? 0
  const text = seconds > 0 ? t('slow.on.done', { n: seconds }) : t('slow.off.done')
  return act(() => command('chat:slow', { showId, seconds }), {
    text,
    icon: 'clock',
    tone: 'plain',
    ...undo(() => void slow(desk, before)),
  })
}

/** A pull asks nothing: it acts, says what happens to open holds, and can be taken back. */
export function pull(desk: Desk, product: ShownProduct) {
  const { showId } = desk
  const reason = desk.pullReason.peek()
  return act(() => command('product:pull', { showId, productId: product.id, reason }), {
    text: t('pulled', { title: product.title }),
    icon: 'pull',
    tone: 'no',
    ...undo(() => void restore(desk, product)),
  })
}

export function restore(desk: Desk, product: { id: string; title: string }) {
  const { showId } = desk
  return act(() => command('product:restore', { showId, productId: product.id }), {
    text: t('restored', { title: product.title }),
    tone: 'ok',
  })
}
