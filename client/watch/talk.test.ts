import { expect, test, vi } from 'vitest'
import { Refused } from '../api/refused.ts'
import { ShowStore } from '../api/show.ts'
import { openTalk } from './talk.ts'

const toasts = vi.hoisted(() => [] as { text: string }[])
vi.mock('../ui/toast.tsx', () => ({ toast: (said: { text: string }) => toasts.push(said) }))
vi.mock('../api/session.ts', () => ({ ensureSession: () => new Promise(() => undefined) }))
vi.mock('../api/socket.ts', () => ({
  line: { value: 'up' },
  command: () =>
    Promise.reject(
      new Refused('MUTED', 'You are muted in this show. Reason given: spam', {
        retryAfterMs: 60_000,
      }),
    ),
}))

test('whoever writes while muted reads why, in the toast and after it', async () => {
  const store = new ShowStore('a show')
  store.you.value = { holds: [], mutedUntil: null } as unknown as typeof store.you.value
  await expect(openTalk(store).send('hello')).rejects.toThrow('muted')
  expect(toasts.map(({ text }) => text)).toEqual([expect.stringContaining('spam')])
  expect(store.you.value?.mutedUntil).not.toBeNull()
  expect(store.mutedFor.value).toBe('spam')
})
