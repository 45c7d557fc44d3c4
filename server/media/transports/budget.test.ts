import { expect, test } from 'vitest'
import { Budget, Pace } from './budget.ts'

test('a place is given back once', () => {
  const budget = new Budget('things', 1)
  const giveBack = budget.take('anna')
  budget.take('ben')
  expect(() => budget.take('anna')).toThrow()
  giveBack()
  giveBack()
  expect(budget.size).toBe(1)
  budget.take('anna')
  expect(() => budget.take('anna')).toThrow()
})

test('after a burst the next one is told how long to wait', () => {
  const pace = new Pace({ burst: 3, everyMs: 60_000 })
  for (let i = 0; i < 3; i += 1) pace.step()
  expect(() => pace.step()).toThrow(
    expect.objectContaining({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) }),
  )
})
