import { signal } from '@preact/signals'
import { beforeEach, expect, test, vi } from 'vitest'
import { ban, mute, remove } from './deeds.ts'
import type { Desk } from './desk.ts'

const asked = vi.hoisted(() => vi.fn(async () => ({})))
vi.mock('../api/socket.ts', () => ({ command: asked }))
vi.mock('../router.ts', () => ({}))

const desk = (reason: string) =>
  ({ showId: 'a show', reason: signal(reason), muteMs: signal(60_000) }) as unknown as Desk
const bruno = { accountId: 'bruno', displayName: 'Bruno', messageId: 'a message' }
const deeds = { remove, mute, ban }

beforeEach(() => asked.mockClear())

test.each(Object.keys(deeds) as (keyof typeof deeds)[])(
  'nobody is told an empty reason: %s waits for words of the moderator’s own',
  async (deed) => {
    expect(await deeds[deed](desk('  '), bruno)).toBe(false)
    expect(asked).not.toHaveBeenCalled()
    expect(await deeds[deed](desk('sells elsewhere '), bruno)).toBe(true)
    const because = expect.objectContaining({ reason: 'sells elsewhere' })
    expect(asked).toHaveBeenCalledWith(expect.any(String), because)
  },
)
