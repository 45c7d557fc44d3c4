import { expect, test } from 'vitest'
import { eachOnce } from './returns-rows.ts'

test('what waits for the shop stands before all others, the soonest first, and once', () => {
  const waiting = [{ id: 'b' }, { id: 'a' }]
  const others = [{ id: 'c' }, { id: 'b' }, { id: 'a' }]
  expect(eachOnce(waiting, others).map(({ id }) => id)).toEqual(['b', 'a', 'c'])
})

test('what was read last is shown, also where an older page has it too', () => {
  const [fresh, old] = [
    { id: 'a', state: 'refunded' },
    { id: 'a', state: 'asked' },
  ]
  expect(eachOnce([fresh], [old, { id: 'b', state: 'asked' }])[0]).toBe(fresh)
})
