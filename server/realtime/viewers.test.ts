import { expect, it } from 'vitest'
import { Feed } from '../events/feed.ts'
import { type Member, Room } from './room.ts'

const showId = 'kiln'

function openRoom() {
  const feed = new Feed({
    showId,
    from: 0,
    read: async () => [],
    deliver: () => {},
    failed: (error) => expect.fail(String(error)),
  })
  return new Room({ showId, feed, reset: async () => {} })
}

const line = (id: string, accountId: string, staff = false) =>
  ({ socket: { id }, accountId, staff }) as unknown as Member

it('viewers are different accounts without the staff, and the same set for as long as nothing changes', () => {
  const room = openRoom()
  room.add(line('1', 'ann'))
  room.add(line('2', 'ann'))
  room.add(line('3', 'bob'))
  room.add(line('4', 'host', true))
  const first = room.viewers
  expect([...first]).toEqual(['ann', 'bob'])
  expect(room.viewers).toBe(first)
  room.remove('1')
  expect([...room.viewers].sort()).toEqual(['ann', 'bob'])
  room.setStaff('bob', true)
  expect([...room.viewers]).toEqual(['ann'])
  room.setStaff('bob', false)
  room.remove('2')
  expect([...room.viewers]).toEqual(['bob'])
  room.close()
  expect(room.viewers.size).toBe(0)
})
