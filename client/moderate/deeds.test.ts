import { signal } from '@preact/signals'
import { beforeEach, expect, test, vi } from 'vitest'
import { ban, mute, remove } from './deeds.ts'
import type { Desk, Who } from './desk.ts'

const asked = vi.hoisted(() => vi.fn(async () => ({})))
vi.mock('../api/socket.ts', () => ({ command: asked }))
vi.mock('../router.ts', () => ({}))

const desk = (reason: string) => {
  const person = signal<Who | null>(null)
  const its = { showId: 'a show', reason: signal(reason), muteMs: signal(60_000), person }
  return its as unknown as Desk
}
const bruno = { accountId: 'bruno', displayName: 'Bruno', messageId: 'a message' }
const deeds = { remove, mute, ban }

beforeEach(() => asked.mockClear())

test.each(Object.keys(deeds) as (keyof typeof deeds)[])(
  'nobody is told an empty reason: %s waits for words of the moderator’s own',
  async (deed) => {
    const mine = desk('  ')
    expect(await deeds[deed](mine, bruno)).toBe(false)
    expect(asked).not.toHaveBeenCalled()
    expect(mine.person.value).toBe(bruno) // the card where those words are written
    expect(await deeds[deed](desk('sells elsewhere '), bruno)).toBe(true)
    const because = expect.objectContaining({ reason: 'sells elsewhere' })
    expect(asked).toHaveBeenCalledWith(expect.any(String), because)
  },
)
