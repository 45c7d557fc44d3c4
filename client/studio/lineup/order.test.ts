import { afterEach, expect, test, vi } from 'vitest'
import { Refused } from '../../api/refused.ts'
import type { Room } from '../../api/room.ts'
import { openOrder } from './order.ts'

type Patch = { lineup: string[]; answer: () => void; refuse: () => void }

/** What the server was asked, and has not answered yet. */
const asked = vi.hoisted(() => [] as Patch[])
vi.mock('../../api/http.ts', () => ({
  call: (_method: string, _path: string, { body }: { body: { lineup: string[] } }) =>
    new Promise<void>((resolve, reject) => {
      const refuse = () => reject(new Refused('CONFLICT', 'no'))
      asked.push({ ...body, answer: resolve, refuse })
    }),
}))

const roomOf = (ids: string) => ({ products: [...ids].map((id) => ({ id })) }) as Room
const idsOf = (products: { id: string }[]) => products.map(({ id }) => id).join('')

function openDesk() {
  let room = roomOf('abc')
  const order = openOrder('a show', () => room)
  return {
    order,
    move: (id: string, to: number) => order.put(room, id, to),
    seen: () => idsOf(order.shown(room)),
    log: (ids: string) => {
      room = roomOf(ids)
    },
  }
}

const next = async () => {
  await vi.waitUntil(() => asked.length > 0)
  return asked.shift() as Patch
}
afterEach(() => asked.splice(0))

test('the last order of the hand is the last that is told, however quick the hand', async () => {
  const { order, move, seen, log } = openDesk()
  move('c', 0)
  const settled = order.settle()
  const first = await next()
  expect(first.lineup.join('')).toBe('cab')
  move('c', 2)
  void order.settle()
  expect(asked).toEqual([])
  first.answer()
  const second = await next()
  expect(second.lineup.join('')).toBe('abc')
  expect(seen()).toBe('abc')
  second.answer()
  await settled
  log('abc')
  expect(seen()).toBe('abc')
  expect(asked).toEqual([])
})

test('a refused order goes back to where it was', async () => {
  const { order, move, seen } = openDesk()
  move('c', 0)
  expect(seen()).toBe('cab')
  const settled = order.settle()
  ;(await next()).refuse()
  await settled
  expect(seen()).toBe('abc')
})

test('what is let go on the way stays where it was, and nobody is told', async () => {
  const { order, move, seen } = openDesk()
  order.dragging.value = 'c'
  move('c', 0)
  order.drop()
  expect(seen()).toBe('abc')
  await order.settle()
  expect(asked).toEqual([])
})

test('a product that came meanwhile stays in the line-up', async () => {
  const { order, move, log } = openDesk()
  move('c', 0)
  log('abcd')
  const settled = order.settle()
  const told = await next()
  expect(told.lineup.join('')).toBe('cabd')
  told.answer()
  await settled
})

test('what is let go while an earlier move is on its way leaves that move alone', async () => {
  const { order, move, seen, log } = openDesk()
  move('c', 0)
  const settled = order.settle()
  const first = await next()
  order.dragging.value = 'a'
  move('a', 2)
  expect(seen()).toBe('cba')
  order.drop()
  expect(seen()).toBe('cab')
  first.answer()
  await settled
  log('cab')
  expect([seen(), asked]).toEqual(['cab', []])
})

test('what is let go after an answer swallows no later move', async () => {
  const { order, move, log } = openDesk()
  move('c', 0)
  const settled = order.settle()
  const first = await next()
  order.dragging.value = 'a'
  move('a', 2)
  first.answer()
  await settled
  order.drop()
  log('abc')
  move('c', 0)
  const again = order.settle()
  const second = await next()
  expect(second.lineup.join('')).toBe('cab')
  second.answer()
  await again
})
